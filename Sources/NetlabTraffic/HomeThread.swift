import CNetlab
import Glibc
import LinuxSystem

/// Starts threads of the traffic generator: outside Swift's pool, always in the home namespace.
enum HomeThread {
    private final class Body {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Starts a detached thread.
    ///
    /// A new thread inherits the namespace of the one that starts it, so this must never be called from inside
    /// `NetworkNamespace.run`.
    /// - Parameter name: shown by `ps -L`, cut to 15 bytes.
    /// - Throws: `SystemError` of pthread_create (EAGAIN when no more threads are allowed).
    static func start(_ name: String, _ run: @escaping @Sendable () -> Void) throws(SystemError) {
        precondition(
            NetworkNamespace.currentInode() == NetworkNamespace.home.inode, "threads are started from home")
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(name: name, run: run))
        let error = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                cnetlab_thread_prepare(String(body.name.utf8.prefix(15)) ?? "netlab")
                body.run()
                return nil
            }, body.toOpaque())
        guard error == 0 else {
            body.release()
            throw SystemError("pthread_create", errno: error, on: name)
        }
    }
}
