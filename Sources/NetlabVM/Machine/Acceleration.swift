import Glibc
import LinuxSystem

/// By what a guest's instructions are carried out.
public enum Acceleration: String, Codable, Hashable, Sendable {
    /// By the processor itself.
    case kvm
    /// Translated by QEMU: slower, needs nothing, and can run on virtual time.
    case tcg

    /// What to take, and why not KVM.
    public struct Choice: Hashable, Sendable {
        public var acceleration: Acceleration
        /// Why KVM is not taken; empty if it is.
        public var reason: String
    }

    private static let file = "kvm"
    private static let works = "works"
    static let probeLimit = Duration.seconds(5)

    /// KVM where a boot proves that it works, else TCG.
    ///
    /// That /dev/kvm can be opened tells little: inside of another virtual machine QEMU then often aborts or its guest hangs. So
    /// the kernel is booted once until it misses its root file system, which takes a second, and five at most. The answer
    /// is kept for this pair of host kernel and QEMU.
    public static func choose(
        _ emulator: Emulator, kernel: KernelImage, rememberingIn folder: GuestFolder = .standard
    ) async -> Choice {
        guard access("/dev/kvm", F_OK) == 0 else {
            return Choice(acceleration: .tcg, reason: "there is no /dev/kvm")
        }
        guard access("/dev/kvm", R_OK | W_OK) == 0 else {
            return Choice(
                acceleration: .tcg, reason: "this user may not open /dev/kvm; the group kvm may, usually")
        }
        let key = "\(KernelRelease.running.text) \(emulator.version)"
        let answer: String
        if let known = Emulator.remembered(folder, file, key) {
            answer = known
        } else {
            answer = await probe(emulator, kernel)
            Emulator.remember(folder, file, key, answer)
        }
        return answer == works
            ? Choice(acceleration: .kvm, reason: "")
            : Choice(acceleration: .tcg, reason: "KVM does not work here: \(answer)")
    }

    private static func probe(_ emulator: Emulator, _ kernel: KernelImage) async -> String {
        let arguments = MachineArguments(
            acceleration: .kvm, isVirtualTime: false, processors: 1, megabytes: 256, kernel: kernel.image,
            initramfs: nil, console: nil, port: nil)
        do {
            var command = ChildCommand(emulator.program, arguments.list, timeout: probeLimit)
            command.grace = .milliseconds(200)
            return judge(try await ChildProcess.run(command))
        } catch {
            return "\(error)"
        }
    }

    /// Whether a kernel got as far as missing its root file system.
    static func judge(_ outcome: ChildProcess.Outcome) -> String {
        if outcome.standardOutput.text.contains("Kernel panic - not syncing: VFS") { return works }
        if outcome.ending == .timedOut {
            return "a kernel did not boot within \(probeLimit.components.seconds) s"
        }
        let words = outcome.standardError.text.split(separator: "\n").last.map { ": \($0)" } ?? ""
        return "QEMU ended with \(outcome.summary)\(words)"
    }
}
