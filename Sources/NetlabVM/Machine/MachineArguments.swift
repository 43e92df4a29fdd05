/// QEMU's command line for a throw-away guest: no disk, no network card, nothing of the host's files.
struct MachineArguments: Hashable {
    var acceleration: Acceleration
    var isVirtualTime: Bool
    var processors: Int
    var megabytes: Int
    var kernel: String
    /// Paths of files; nil leaves the part out. Without a console file the console is QEMU's standard output.
    var initramfs: String?
    /// The memory's content, kernel and initramfs with it; `kernel` is what starts them then.
    var memory: String?
    var console: String?
    var port: String?

    var list: [String] {
        var list = [
            "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            // Type microvm boots faster, and under TCG hangs in one of four boots at calibrating its clock.
            "-M", memory == nil ? "q35" : "q35,memory-backend=ram", "-smp",
            "\(isVirtualTime ? 1 : processors)", "-m", "\(megabytes)",
        ]
        switch (acceleration, isVirtualTime) {
        case (.kvm, false): list += ["-accel", "kvm", "-cpu", "host"]
        case (.tcg, false): list += ["-accel", "\(Self.translation),thread=multi", "-cpu", "max"]
        case (_, true):
            // Each instruction takes 2 ns of the guest's time, and time in which nobody has anything to do passes at once.
            list += [
                "-accel", "\(Self.translation),thread=single", "-cpu", "max", "-icount", "shift=1,sleep=off",
            ]
        }
        if let memory {
            // What the guest writes stays with QEMU.
            list += [
                "-object", "memory-backend-file,id=ram,share=off,size=\(megabytes)M,mem-path=\(memory)",
            ]
        }
        list += ["-kernel", kernel]
        if let initramfs { list += ["-initrd", initramfs] }
        list += ["-append", Self.kernelParameters]
        list += ["-chardev", console.map { "file,id=console,path=\($0)" } ?? "stdio,id=console,signal=off"]
        list += ["-serial", "chardev:console"]
        if let port {
            list += [
                "-device", "virtio-serial-pci", "-chardev", "file,id=record,path=\(port)", "-device",
                "virtserialport,chardev=record,name=\(VirtualGuest.portName)",
            ]
        }
        return list
    }

    /// QEMU's own choice for translated code is a gigabyte, which a run of seconds fills with 80 MB of code that is looked at once.
    /// With 32 a long run on virtual time translates some of it again and again, and takes 5 % longer than with 64.
    private static let translation = "tcg,tb-size=64"

    /// A panic and an oops end the machine at once. The self-tests of ciphers cost 0.2 s of a boot. What looks after the clock twice
    /// a second and after locked-up processors wakes an idle guest for hours of virtual time: `nowatchdog tsc=reliable`.
    ///
    /// What the kernel does not know and has an equals sign, it hands to process 1 as a variable. Swift seeds its hashing by
    /// getrandom(2), which waits for ever before Linux 5.6 where nothing gives entropy; the seed that the guest has with it comes
    /// too late for libraries that hash while they are loaded.
    static let kernelParameters =
        "console=ttyS0 panic=-1 oops=panic quiet nowatchdog tsc=reliable cryptomgr.notests random.trust_cpu=on "
        + "SWIFT_DETERMINISTIC_HASHING=1"
}
