import Glibc
import KernelTestSupport
import Testing

@testable import LinuxSystem

struct UserNamespaceErrorTests {
    @Test(arguments: [
        (
            UserNamespacePolicy(isSupported: true, unprivilegedClone: false), EPERM,
            "kernel.unprivileged_userns_clone is 0; `sysctl -w kernel.unprivileged_userns_clone=1` as root"
        ),
        (
            UserNamespacePolicy(isSupported: true, isRestrictedByAppArmor: true), EPERM,
            "AppArmor restricts them (kernel.apparmor_restrict_unprivileged_userns is 1); "
                + "`sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` as root, "
                + "or an AppArmor profile for this program with `userns,`"
        ),
        (
            UserNamespacePolicy(isSupported: true, maximum: 0), ENOSPC,
            "user.max_user_namespaces is 0; `sysctl -w user.max_user_namespaces=15000` as root"
        ),
        (
            UserNamespacePolicy(isSupported: true, maximum: 3), ENOSPC,
            "the limit of user namespaces is reached (user.max_user_namespaces is 3, nesting at most 32); "
                + "raise it with `sysctl -w user.max_user_namespaces=15000` as root"
        ),
        (
            UserNamespacePolicy(isSupported: true, unprivilegedClone: true, maximum: 9), EPERM,
            "a container's seccomp filter, a chroot or a security module forbids it; "
                + "run as root, or the container with --privileged or --security-opt seccomp=unconfined"
        ),
        (
            UserNamespacePolicy(isSupported: false), EINVAL,
            "this kernel has no user namespaces (CONFIG_USER_NS); run as root"
        ),
    ])
    func theCureFollowsFromThePolicy(policy: UserNamespacePolicy, errno: Int32, cure: String) {
        let error = UserNamespaceError.forbidden(
            SystemError("unshare", errno: errno, on: "user namespace"), policy)
        let kernel = "\(ErrnoName.text(errno)) (\(ErrnoName.name(errno)))"
        #expect(
            error.description
                == "user namespaces are forbidden here (unshare user namespace: \(kernel)): \(cure)")
    }

    @Test func enteringIsRefusedOnceThereAreThreads() async throws {
        await Task.yield()
        let error = #expect(throws: UserNamespaceError.self) { try UserNamespace.enter() }
        let count = NetworkNamespace.census().count
        guard case .severalThreads(let told) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(told > 1 && count > 1)
        #expect(
            error?.description
                == "a user namespace can only be entered before the process has several threads; "
                + "it has \(told)")
    }
}

@Suite(.needsUserNamespaces, .leavesNothingBehind) struct UserNamespaceTests {
    static let whatRootOfAUserNamespaceCan = """
        limitations: []
        uid: 0
        capabilities: true
        inside: true
        interfaces: lo
        ip_forward: 1
        host-wide: true
        nft: 1
        name: true
        threads: true

        """

    @Test func enteringGivesNamespacesToThisUser() async throws {
        let outcome = try await ProbeProgram.run(["user-namespace"])
        #expect(outcome.standardOutput.text == Self.whatRootOfAUserNamespaceCan)
        #expect(outcome.isSuccess)
    }

    @Test(.needsHostRoot, .needsProgram("setpriv"))
    func enteringGivesNamespacesToAUserWithoutAnyRights() async throws {
        let outcome = try await ProbeProgram.run(["user-namespace"], asNobody: true)
        #expect(outcome.standardOutput.text == Self.whatRootOfAUserNamespaceCan, "\(outcome)")
        #expect(outcome.isSuccess)
    }

    @Test func aProbeLeavesThisProcessWhereItIs() throws {
        let before = (geteuid(), UserNamespace.isInside, NetworkNamespace.currentInode())
        let entry = try UserNamespace.probe()
        #expect(entry.user == geteuid())
        #expect((geteuid(), UserNamespace.isInside, NetworkNamespace.currentInode()) == before)
    }

    @Test func afterTheFirstAwaitItIsTooLate() async throws {
        let outcome = try await ProbeProgram.run(["user-namespace-late"])
        #expect(outcome.termination == .exited(70))
        #expect(
            outcome.standardOutput.text.hasPrefix(
                "error: a user namespace can only be entered before the process has several threads; it has ")
        )
    }

    @Test(.needsHostRoot, .needsProgram("setpriv"))
    func withoutTheRightThereIsNoNamespace() async throws {
        let arguments = [
            "--reuid=65534", "--regid=65534", "--clear-groups", try ProbeProgram.path, "measure",
        ]
        let outcome = try await ChildProcess.run(ChildCommand("setpriv", arguments, timeout: .seconds(20)))
        #expect(
            outcome.standardOutput.text
                == "error: unshare network namespace: Operation not permitted (EPERM)\n")
        #expect(outcome.termination == .exited(70))
    }
}
