/**
 * What `COMMAND` does not tell about commands, reviewed by hand: each group with its reason.
 *
 * From the server's flags alone follows `read` for read-only commands, `blocking` for those that wait and write, and
 * `admin` for administration. Every other command must be in one of these groups before a table is generated.
 *
 * @module
 */
import type { CommandCategory } from "../../lib/commands/category.ts";

/** Commands that belong together for one reason. */
export interface ReviewedGroup {
  /** Why these commands are what they are said to be. */
  readonly reason: string;
  /** Verbs in upper case, subcommands behind a bar. */
  readonly commands: readonly string[];
}

/** Commands and the category that was chosen for them. */
export interface CategoryReview extends ReviewedGroup {
  /** What running them twice does. */
  readonly category: CommandCategory;
}

/** Splits a list of words. */
function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

/** The subcommands of a command in full. */
function subcommands(verb: string, text: string): string[] {
  return words(text).map((subcommand) => `${verb}|${subcommand}`);
}

/** The category of every command whose flags leave it open or mislead. */
export const reviewedCategories: readonly CategoryReview[] = [
  {
    category: "connection",
    reason: "concerns the connection it runs on and nothing else",
    commands: [
      ...words("ASKING AUTH ECHO HELLO PING QUIT READONLY READWRITE RESET SELECT"),
      ...subcommands("CLIENT", "CACHING CAPA GETNAME GETREDIR ID IMPORT-SOURCE INFO NO-EVICT NO-TOUCH REPLY"),
      ...subcommands("CLIENT", "SETINFO SETNAME TRACKING TRACKINGINFO"),
    ],
  },
  {
    category: "read",
    reason: "only tells something, though the server does not flag it as a read of data",
    commands: [
      ...words("COMMAND INFO LASTSAVE ROLE TIME"),
      ...subcommands("ACL", "CAT DRYRUN GENPASS GETUSER LIST USERS WHOAMI"),
      ...subcommands("CLIENT", "LIST"),
      ...subcommands("CLUSTER", "COUNT-FAILURE-REPORTS COUNTKEYSINSLOT GETKEYSINSLOT GETSLOTMIGRATIONS INFO KEYSLOT"),
      ...subcommands("CLUSTER", "LINKS MYID MYSHARDID NODES REPLICAS SHARDS SLAVES SLOT-STATS SLOTS"),
      ...subcommands("COMMAND", "COUNT DOCS GETKEYS GETKEYSANDFLAGS INFO LIST"),
      ...subcommands("COMMANDLOG", "GET LEN"),
      ...subcommands("CONFIG", "GET"),
      ...subcommands("FUNCTION", "DUMP LIST STATS"),
      ...subcommands("LATENCY", "DOCTOR GRAPH HISTOGRAM HISTORY LATEST"),
      ...subcommands("MEMORY", "DOCTOR MALLOC-STATS STATS"),
      ...subcommands("MODULE", "LIST"),
      ...subcommands("PUBSUB", "CHANNELS NUMPAT NUMSUB SHARDCHANNELS SHARDNUMSUB"),
      ...subcommands("SCRIPT", "EXISTS SHOW"),
      ...subcommands("SLOWLOG", "GET LEN"),
    ],
  },
  {
    category: "read",
    reason: "reads unless an option says otherwise, which is looked at when it matters",
    commands: words("GEORADIUS GEORADIUSBYMEMBER GETEX HGETEX SORT XREAD"),
  },
  {
    category: "writeChecked",
    reason: "does nothing the second time, but then says that it did nothing, or what its own first run had left",
    commands: [
      ...words("COPY DELIFEQ HSETNX MOVE MSETNX RENAME RENAMENX RESTORE SETBIT SETNX SMOVE"),
      ...subcommands("XGROUP", "CREATE CREATECONSUMER"),
    ],
  },
  {
    category: "lastWins",
    reason: "leaves the same data however often it runs, but may undo what somebody wrote in between",
    commands: [
      ...words("BITOP DEL EXPIREAT GEOADD GEOSEARCHSTORE HDEL HEXPIREAT HMSET HPERSIST HPEXPIREAT HSET HSETEX LSET"),
      ...words("MSET MSETEX PERSIST PEXPIREAT PFADD PFMERGE PSETEX SADD SDIFFSTORE SET SETEX SETRANGE SINTERSTORE"),
      ...words("SREM SUNIONSTORE UNLINK XACK XDEL XSETID XTRIM ZADD ZDIFFSTORE ZINTERSTORE ZRANGESTORE ZREM"),
      ...words("ZREMRANGEBYLEX ZREMRANGEBYSCORE ZUNIONSTORE VADD VREM VSETATTR"),
      ...subcommands("XGROUP", "DELCONSUMER DESTROY SETID"),
    ],
  },
  {
    category: "accumulating",
    reason: "counts, adds, takes or delivers once more each time it runs",
    commands: [
      ...words("APPEND BITFIELD DECR DECRBY HINCRBY HINCRBYFLOAT INCR INCRBY INCRBYFLOAT LINSERT LMOVE LMPOP LPOP"),
      ...words("LPUSH LPUSHX LREM LTRIM PUBLISH RPOP RPOPLPUSH RPUSH RPUSHX SPOP SPUBLISH XADD XAUTOCLAIM XCLAIM"),
      ...words("XREADGROUP ZINCRBY ZMPOP ZPOPMAX ZPOPMIN ZREMRANGEBYRANK"),
    ],
  },
  {
    category: "accumulating",
    reason: "replies what it takes away or replaces, which is gone the second time",
    commands: words("GETDEL GETSET HGETDEL"),
  },
  {
    category: "accumulating",
    reason: "counts from now, so that a second run makes keys live longer",
    commands: words("EXPIRE HEXPIRE HPEXPIRE PEXPIRE"),
  },
  {
    category: "admin",
    reason: "runs code that may do anything",
    commands: words("EVAL EVALSHA FCALL"),
  },
  {
    category: "admin",
    reason: "changes or removes more than one key's data, moves it elsewhere, or is meant for servers",
    commands: [
      ...words("FLUSHALL FLUSHDB MIGRATE RESTORE-ASKING SWAPDB"),
      ...subcommands("FUNCTION", "DELETE FLUSH KILL LOAD RESTORE"),
      ...subcommands("MEMORY", "PURGE"),
      ...subcommands("SCRIPT", "DEBUG FLUSH KILL LOAD"),
    ],
  },
  {
    category: "admin",
    reason: "means something only together with what ran on the same connection before",
    commands: [
      ...words("DISCARD EXEC MULTI UNWATCH WATCH"),
      ...words("PSUBSCRIBE PUNSUBSCRIBE SSUBSCRIBE SUBSCRIBE SUNSUBSCRIBE UNSUBSCRIBE"),
    ],
  },
  {
    category: "admin",
    reason: "needs a subcommand; one that is not known here may do anything",
    commands: words(
      "ACL CLIENT CLUSTER COMMANDLOG CONFIG FUNCTION LATENCY MEMORY MODULE OBJECT PUBSUB SCRIPT SLOWLOG XGROUP XINFO",
    ),
  },
  {
    category: "admin",
    reason: "explains a command to people, who can ask again",
    commands: [
      ...words("ACL CLIENT CLUSTER COMMAND COMMANDLOG CONFIG FUNCTION LATENCY").map((verb) => `${verb}|HELP`),
      ...words("MEMORY MODULE OBJECT PUBSUB SCRIPT SLOWLOG XGROUP XINFO").map((verb) => `${verb}|HELP`),
    ],
  },
  {
    category: "blocking",
    reason: "waits for replicas, which Redis 7 does not flag",
    commands: words("WAIT WAITAOF"),
  },
  {
    category: "admin",
    reason: "no command, but a server that meets it takes the client for a browser and hangs up",
    commands: words("HOST: POST"),
  },
];

/** Commands that change the state of their connection, or end it, so that it cannot be shared. */
export const reviewedStateful: readonly ReviewedGroup[] = [
  {
    reason: "changes who the connection is, what protocol it speaks, or which database it sees",
    commands: [...words("AUTH HELLO RESET SELECT"), ...subcommands("CLIENT", "SETINFO SETNAME")],
  },
  {
    reason: "changes how the server treats the connection or what it answers",
    commands: [
      ...words("ASKING READONLY READWRITE"),
      ...subcommands("CLIENT", "CACHING CAPA IMPORT-SOURCE NO-EVICT NO-TOUCH REPLY TRACKING"),
      ...subcommands("SCRIPT", "DEBUG"),
    ],
  },
  {
    reason: "belongs to a transaction",
    commands: words("DISCARD EXEC MULTI UNWATCH WATCH"),
  },
  {
    reason: "turns the connection into a stream of messages",
    commands: [
      ...words("MONITOR PSUBSCRIBE PSYNC PUNSUBSCRIBE REPLCONF SSUBSCRIBE SUBSCRIBE SUNSUBSCRIBE SYNC UNSUBSCRIBE"),
      ...subcommands("CLUSTER", "SYNCSLOTS"),
    ],
  },
  {
    reason: "waits for what this very connection has written",
    commands: words("WAIT WAITAOF"),
  },
  {
    reason: "ends the connection",
    commands: words("HOST: POST QUIT SHUTDOWN"),
  },
  {
    reason: "has more such subcommands with every release, so that an unknown one is taken for one of them",
    commands: words("CLIENT"),
  },
];
