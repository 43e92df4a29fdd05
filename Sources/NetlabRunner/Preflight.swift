import Glibc
import LinuxSystem
import NetlabLab
import NetlabModel

/// The comparison of what a plan needs with what this host can, before anything is touched.
public struct Preflight: Sendable {
    let options: ScenarioRun.Options

    public init(options: ScenarioRun.Options = ScenarioRun.Options()) { self.options = options }

    /// Every need of the plan that this host does not meet, with the reason and the cure.
    public func missing(for plan: Plan) -> [MissingNeed] {
        let plan = plan.fitted(to: KernelRelease.running.text)
        var missing: [MissingNeed] = []
        for need in plan.needs.sorted() {
            if let (reason, cure) = obstacle(to: need) {
                missing.append(MissingNeed(need: need.description, reason: reason, cure: cure))
            }
        }
        return missing + missingSettings(of: plan)
    }

    /// Why a need is not met and what would cure it; nil if it is met.
    func obstacle(to need: Need) -> (reason: String, cure: String)? {
        switch need {
        case .networkNamespaces:
            do {
                _ = try NetworkNamespace.create()
                return nil
            } catch {
                return ("\(error)", "run as root, or allow user namespaces")
            }
        case .realRoot(let why):
            return HostFacts.description.privilege == "root"
                ? nil : (why, "run as root; a user namespace does not grant this")
        case .nftables:
            return KernelAbilities.nftables.map {
                ($0, "load nf_tables (modprobe nf_tables), or run on a kernel that has it")
            }
        case .conntrack:
            return KernelAbilities.conntrack.map { ($0, "modprobe nf_conntrack nf_nat") }
        case .qdisc(let kind):
            return KernelAbilities.obstacle(toQdisc: kind).map { ($0, Self.cure(forQdisc: kind)) }
        case .device(let kind):
            return KernelAbilities.obstacle(toDevice: kind).map { ($0, "modprobe \(kind)") }
        case .dropReasons:
            guard case .failure(let error) = LabEvidence.dropCounter else { return nil }
            return ("\(error)", "run as root on a kernel of at least 5.17")
        case .program(let name):
            return Program.find(name) == nil
                ? ("\(name) is not in PATH", "install the package that has \(name)") : nil
        case .tun:
            let descriptor = open("/dev/net/tun", O_RDWR | O_CLOEXEC)
            guard descriptor < 0 else {
                close(descriptor)
                return nil
            }
            return (
                "\(SystemError.last("open", on: "/dev/net/tun"))",
                "pass the device into the container, or run as root"
            )
        case .sysctl(let name):
            let path = "/proc/sys/" + name.split(separator: ".").joined(separator: "/")
            return access(path, F_OK) == 0 ? nil : Self.absence(of: name)
        case .hostChange(let name):
            return options.allowsHostChanges
                ? nil : ("\(name) is a setting of the whole machine", "run with --allow-host-changes")
        case .exec(let program):
            return options.allowsExec
                ? nil
                : (
                    "the scenario runs the program \(program)",
                    "read the scenario, then run with --allow-exec"
                )
        case .congestionControl(let name):
            let available = (try? TextFile.read("/proc/sys/net/ipv4/tcp_available_congestion_control")) ?? ""
            return available.split { $0 == " " || $0 == "\n" }.contains(Substring(name))
                ? nil : ("this kernel does not offer \(name) (it has \(available))", "modprobe tcp_\(name)")
        case .kernel(let least, let below):
            let running = KernelRelease.running
            if let bound = KernelRelease(least), running < bound {
                return ("this is \(running.text)", "run on a kernel of at least \(least)")
            }
            if let bound = KernelRelease(below), running >= bound {
                return ("this is \(running.text)", "run on a kernel before \(below)")
            }
            return nil
        case .cpus(let count):
            let here = HostFacts.description.cpus
            return here < count ? ("this machine has \(here)", "run on a machine with \(count) CPUs") : nil
        case .virtualTime(let length):
            return options.hasVirtualTime
                ? nil
                : (
                    "with the kernel's own timers a run takes \(length)",
                    "add --virtual-time: in a virtual machine whose clock skips idle time it takes seconds"
                )
        }
    }

    private static func cure(forQdisc kind: String) -> String {
        kind == "netem"
            ? "modprobe sch_netem, or leave the link's driver to netlab: the user-space wire needs no netem"
            : "modprobe sch_\(kind)"
    }
}
