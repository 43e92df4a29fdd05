import CNetlab
import Glibc
import Synchronization

/// A thread of one's own for work that blocks: it is in the home namespace, wherever it was started from.
///
/// A new thread inherits its creator's namespace; this one goes home before its body runs. All signals are
/// blocked in it, so its system calls are not interrupted and a broken pipe is EPIPE and no signal.
public final class HomeThread: Sendable {
    private let finished: EventFD

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - name: shown by `ps -L` and in /proc/PID/task/TID/comm, cut to 15 bytes.
    ///   - body: may block as it likes; must not stay inside a namespace.
    /// - Throws: `SystemError` of pthread_create (EAGAIN at the limit of threads).
    public init(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
        finished = try EventFD()
        let start = Start(name: name, body: body, finished: finished)
        let box = Unmanaged.passRetained(start)
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, &attributes,
            { context in
                let start = Unmanaged<Start>.fromOpaque(context!).takeRetainedValue()
                NetworkNamespace.bringThreadHome()
                cnetlab_name_thread(String(decoding: start.name.utf8.prefix(15), as: UTF8.self))
                start.body()
                start.finished.signal()
                return nil
            }, box.toOpaque())
        pthread_sigmask(SIG_SETMASK, &before, nil)
        pthread_attr_destroy(&attributes)
        guard code == 0 else {
            box.release()
            throw SystemError("pthread_create", errno: code, on: name)
        }
    }

    /// Blocks until the body has returned. Not for threads of the task pool, unless the end is near.
    public func join() {
        var entry = pollfd(fd: finished.fileDescriptor, events: Int16(POLLIN), revents: 0)
        while poll(&entry, 1, -1) <= 0 {}
    }

    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void
        let finished: EventFD

        init(name: String, body: @escaping @Sendable () -> Void, finished: EventFD) {
            self.name = name
            self.body = body
            self.finished = finished
        }
    }
}
