import Glibc
import KernelTestSupport
import Testing

@testable import LinuxSystem

struct SysctlNameTests {
    @Test(arguments: [
        ("net.ipv4.tcp_syncookies", "/proc/sys/net/ipv4/tcp_syncookies", "net.ipv4.tcp_syncookies"),
        ("net/ipv4/tcp_syncookies", "/proc/sys/net/ipv4/tcp_syncookies", "net.ipv4.tcp_syncookies"),
        (
            "net/ipv4/conf/eth0.100/rp_filter", "/proc/sys/net/ipv4/conf/eth0.100/rp_filter",
            "net.ipv4.conf.eth0/100.rp_filter"
        ),
        (
            "net.ipv4.conf.eth0/100.rp_filter", "/proc/sys/net/ipv4/conf/eth0.100/rp_filter",
            "net.ipv4.conf.eth0/100.rp_filter"
        ),
    ])
    func bothSpellingsMeanOneFile(text: String, path: String, spelled: String) throws {
        let name = try SysctlName(text)
        #expect(name.path == path)
        #expect(name.description == spelled)
    }

    @Test(arguments: [
        (
            "hostname",
            "sysctl 'hostname': not a name of a kernel parameter: a name has at least two parts, as in net.ipv4.ip_forward"
        ),
        ("net..ipv4", "sysctl 'net..ipv4': not a name of a kernel parameter: it has an empty part"),
        ("/net/ipv4", "sysctl '/net/ipv4': not a name of a kernel parameter: it has an empty part"),
        (
            "net/../kernel",
            "sysctl 'net/../kernel': not a name of a kernel parameter: it leads out of /proc/sys"
        ),
        ("net.//.x", "sysctl 'net.//.x': not a name of a kernel parameter: it leads out of /proc/sys"),
        (
            "net.ipv4.a b",
            "sysctl 'net.ipv4.a b': not a name of a kernel parameter: it has a character that no name has"
        ),
    ])
    func namesThatLeadElsewhereAreRefused(text: String, message: String) {
        #expect(throws: SysctlError.self) { try SysctlName(text) }
        do {
            _ = try SysctlName(text)
        } catch {
            #expect(error.description == message)
        }
    }
}

@Suite(.needsRoot) struct SysctlTests {
    let namespace: NetworkNamespace

    init() throws { namespace = try NetworkNamespace.create() }

    private func message(_ body: () throws(SysctlError) -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch {
            return error.description
        }
    }

    @Test func aWrittenValueIsThereInItsNamespaceOnly() throws {
        let before = try Sysctl.read("net.ipv4.tcp_max_syn_backlog", in: .home)
        try Sysctl.write("net.ipv4.tcp_max_syn_backlog", "77", in: namespace)
        #expect(try Sysctl.read("net.ipv4.tcp_max_syn_backlog", in: namespace) == "77")
        #expect(try Sysctl.read("net.ipv4.tcp_max_syn_backlog", in: .home) == before)
    }

    @Test func wordsAreComparedAndNotTheBlanksBetween() throws {
        try Sysctl.write("net.ipv4.tcp_rmem", "4096   65536\t131072", in: namespace)
        #expect(try Sysctl.read("net/ipv4/tcp_rmem", in: namespace) == "4096 65536 131072")
    }

    @Test func replaceTellsTheValueBefore() throws {
        try Sysctl.write("net.ipv4.ip_forward", "0", in: namespace)
        #expect(try Sysctl.replace("net.ipv4.ip_forward", with: "1", in: namespace) == "0")
        #expect(try Sysctl.read("net.ipv4.ip_forward", in: namespace) == "1")
    }

    @Test func writeOnlyParametersAreNotReadBack() throws {
        #expect(try Sysctl.replace("net.ipv4.route.flush", with: "1", in: namespace) == nil)
    }

    @Test func anAbsentParameterNamesTheKernel() {
        #expect(
            message { () throws(SysctlError) in
                try Sysctl.write("net.ipv4.no_such_thing", "1", in: namespace)
            } == "sysctl net.ipv4.no_such_thing = 1: this kernel (\(KernelRelease.running)) has no sysctl "
                + "net.ipv4.no_such_thing; check the spelling, and whether its module is loaded "
                + "(/proc/sys/net/ipv4/no_such_thing: ENOENT)")
    }

    @Test func aHostWideParameterIsNotVisibleInside() {
        #expect(
            message { () throws(SysctlError) in
                try Sysctl.write("net.core.netdev_max_backlog", "10", in: namespace)
            }
                == "sysctl net.core.netdev_max_backlog = 10: net.core.netdev_max_backlog is host-wide: not visible in a "
                + "network namespace, it can only be set for the whole machine "
                + "(/proc/sys/net/core/netdev_max_backlog: ENOENT)")
    }

    @Test func aParameterReadableInsideIsNotWritableThere() {
        #expect(
            message { () throws(SysctlError) in try Sysctl.write("net.core.rmem_max", "4096", in: namespace) }
                == "sysctl net.core.rmem_max = 4096: net.core.rmem_max is host-wide: read-only in a network "
                + "namespace, it can only be set for the whole machine (/proc/sys/net/core/rmem_max: EACCES)")
    }

    @Test func aBadValueKeepsTheKernelsWord() {
        #expect(
            message { () throws(SysctlError) in try Sysctl.write("net.ipv4.ip_forward", "yes", in: namespace)
            }
                == "sysctl net.ipv4.ip_forward = yes: the kernel does not accept this value "
                + "(write /proc/sys/net/ipv4/ip_forward: Invalid argument (EINVAL))")
        #expect(
            message { () throws(SysctlError) in
                try Sysctl.write("net.ipv4.tcp_congestion_control", "nosuchcc", in: namespace)
            } == "sysctl net.ipv4.tcp_congestion_control = nosuchcc: the kernel does not accept this value "
                + "(write /proc/sys/net/ipv4/tcp_congestion_control: No such file or directory (ENOENT))")
    }

    @Test func anOctalNumberReadsBackAsAnother() {
        #expect(
            message { () throws(SysctlError) in
                try Sysctl.write("net.ipv4.tcp_max_syn_backlog", "0100", in: namespace)
            } == "sysctl net.ipv4.tcp_max_syn_backlog = 0100: the kernel took the value, but "
                + "/proc/sys/net/ipv4/tcp_max_syn_backlog now reads '64'")
    }

    @Test(arguments: [
        ("net.ipv4.tcp_syncookies", Sysctl.Scope.namespace),
        ("net.core.somaxconn", .namespace),
        ("net.ipv4.conf.eth7.rp_filter", .namespace),
        ("net.core.netdev_max_backlog", .hostWide),
        ("net.ipv4.tcp_mem", .hostWide),
        ("net.ipv4.neigh.default.gc_thresh1", .hostWide),
        ("net.core.rmem_max", .hostWideReadableInside),
        ("kernel.panic", .hostWide),
        ("net.ipv4.tcp_tw_recycle", .absent),
        ("kernel.no_such_thing", .absent),
    ])
    func theScopeIsThatOfTheKernel(name: String, scope: Sysctl.Scope) throws {
        #expect(try Sysctl.scope(of: name) == scope)
        #expect(try Sysctl.isHostWide(name) == (scope == .hostWide || scope == .hostWideReadableInside))
    }

    @Test func theListOfHostWideNamesIsTrueOnThisKernel() throws {
        // The list is only a substitute for asking, so it must never call a parameter of a namespace host-wide.
        let names = try namespace.run { () throws(SystemError) in try files(below: "/proc/sys/net") }
        #expect(names.count > 100)
        for path in names {
            let name = try SysctlName(String(path.dropFirst("/proc/sys/".count)))
            #expect(!Sysctl.isKnownHostWide(name), "\(name) is visible in a namespace")
        }
    }

    private func files(below directory: String) throws(SystemError) -> [String] {
        guard let stream = opendir(directory) else { throw .last("opendir", on: directory) }
        defer { closedir(stream) }
        var result: [String] = []
        while let entry = readdir(stream) {
            let isDirectory = entry.pointee.d_type == UInt8(DT_DIR)
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.first == "." { continue }
            let path = "\(directory)/\(name)"
            if isDirectory { result += try files(below: path) } else { result.append(path) }
        }
        return result
    }
}
