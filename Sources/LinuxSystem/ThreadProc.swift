import CNetlab
import Glibc

/// The directory of /proc that describes the calling thread.
///
/// /proc/net and /proc/self/net follow the thread-group leader, so inside `NetworkNamespace.run` they
/// show the wrong namespace. This directory shows the right one.
public enum ThreadProc {
    /// The path of a file of the calling thread: `path("net/snmp")` is `/proc/thread-self/net/snmp`.
    ///
    /// Kernel: /proc/thread-self is there since Linux 3.17; before, the thread's own number is used.
    public static func path(_ file: String) -> String {
        hasThreadSelf ? "/proc/thread-self/\(file)" : "/proc/self/task/\(cnetlab_gettid())/\(file)"
    }

    private static let hasThreadSelf = access("/proc/thread-self/ns/net", F_OK) == 0
}
