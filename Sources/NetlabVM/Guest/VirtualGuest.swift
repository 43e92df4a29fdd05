import CNetlab
import Glibc
import LinuxSystem

/// The inside of a virtual machine, for the process that is its first one.
public enum VirtualGuest {
    /// Whether this process is the first one of a machine that netlab has booted.
    public static var isHere: Bool { cnetlab_is_guest() }

    /// The port's name, by which the guest finds it.
    static let portName = "netlab.record"
    static let moduleFolder = "/netlab/modules"
    /// What a line of progress on the console begins with.
    static let progressMark = "netlab-progress: "

    /// Loads the modules in the order of their file names and mounts what labs look at.
    ///
    /// - Returns: what did not work. It may not matter: preflight tells what a plan lacks.
    public static func prepare() -> [String] {
        var notes: [String] = []
        if cnetlab_guest_mount_error() != 0 {
            notes.append(
                "mounting /proc, /sys or /dev failed: \(ErrnoName.text(cnetlab_guest_mount_error()))")
        }
        for file in Directory.entries(moduleFolder) {
            if let error = load("\(moduleFolder)/\(file)") { notes.append("the module \(file): \(error)") }
        }
        // Drop reasons are read from here; a kernel without tracing has no such file system.
        if cnetlab_mount("tracefs", "/sys/kernel/tracing") != 0, errno != ENODEV, errno != ENOENT {
            notes.append("\(SystemError.last("mount", on: "tracefs"))")
        }
        // Running out of memory shall end the machine, not some process of its own choice in the midst of a measurement.
        try? TextFile.write("1", to: "/proc/sys/vm/panic_on_oom")
        // A guest has no user who could have set it, so it is told what the plan's programs need.
        setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1)
        return notes
    }

    private static func load(_ path: String) -> SystemError? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return .last("open", on: path) }
        defer { close(file) }
        // One that is there already is what was wanted.
        guard cnetlab_load_module(file) == 0 || errno == EEXIST else {
            return .last("finit_module", on: path)
        }
        // What has been loaded takes memory twice as long as its file stays.
        unlink(path)
        return nil
    }

    /// Tells the console what is going on; the host shows it, and knows where a machine that hangs has stopped.
    public static func progress(_ text: String) {
        var bytes = Array("\(progressMark)\(text)\n".utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }

    /// Sends the answer to the host; returns when the host has all of it.
    ///
    /// - Throws: `SystemError` if there is no port, or writing failed.
    public static func send(_ messages: [GuestMessage]) throws(SystemError) {
        let port = try port()
        for message in messages {
            var rest = message.encoded[...]
            while !rest.isEmpty {
                let chunk = rest.prefix(32 << 10)
                let written = chunk.withUnsafeBytes { write(port.number, $0.baseAddress, $0.count) }
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw .last("write", on: portName) }
                rest = rest.dropFirst(written)
            }
        }
    }

    /// Switches the machine off.
    public static func powerOff() -> Never {
        _ = cnetlab_power_off()
        // Without power management the host sees the end of process 1 instead.
        _exit(0)
    }

    /// The port's device. Its name is told some moments after the driver has been loaded.
    private static func port() throws(SystemError) -> OwnedFileDescriptor {
        let folder = "/sys/class/virtio-ports"
        let end = MonotonicClock.deadline(after: .seconds(5))
        repeat {
            for device in Directory.entries(folder) {
                let name = try? TextFile.read("\(folder)/\(device)/name")
                guard name?.split(separator: "\n").first.map(String.init) == portName else { continue }
                return try OwnedFileDescriptor(opening: "/dev/\(device)", flags: O_WRONLY)
            }
            usleep(1000)
        } while MonotonicClock.now() < end
        throw SystemError("find", errno: ENODEV, on: "the port \(portName)")
    }
}
