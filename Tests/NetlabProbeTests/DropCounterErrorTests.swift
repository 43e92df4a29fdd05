import Glibc
import LinuxSystem
import Testing

@testable import NetlabProbe

@Suite struct DropCounterErrorTests {
    typealias Cause = DropCounterError.Cause

    @Test(arguments: [
        (EPERM, true, "6.18.44", Cause.notPermitted), (EACCES, true, "6.1.0-56-amd64", .notPermitted),
        (ENOSYS, false, "6.1.0", .noBPF), (EINVAL, false, "6.6.3", .noTypeInformation),
        (EINVAL, true, "5.10.0-28-amd64", .kernelTooOld), (EINVAL, false, "4.19.0", .kernelTooOld),
        (EINVAL, true, "5.17.1", .refused), (ENOMEM, true, "6.18.0-rc1+", .refused),
    ]) func causeIsFoundFromErrnoAndKernel(errno: Int32, types: Bool, release: String, cause: Cause) throws {
        let error = DropCounterError.loading(
            SystemError("load the program", errno: errno), kernelLog: "", mayLoad: true,
            hasTypeInformation: types,
            release: try #require(KernelRelease(release)))
        #expect(error.cause == cause)
        #expect(error.isUnsupported == (cause != .refused))
    }

    @Test func textNamesStepErrnoAndCure() {
        let error = DropCounterError(.notPermitted, SystemError("make the loader's map", errno: EPERM))
        #expect(
            error.description == """
                cannot count drop reasons: make the loader's map: Operation not permitted (EPERM); needs CAP_BPF \
                and CAP_PERFMON in the initial user namespace: run as root, outside of a user namespace, and with \
                no kernel lockdown (cat /sys/kernel/security/lockdown)
                """)
    }

    @Test func refusedProgramIsReportedInTheVerifiersWords() {
        let log = "0: R1=ctx()\nR0 invalid mem access 'scalar'\nprocessed 5 insns (limit 1000000)\n"
        let error = DropCounterError.loading(
            SystemError("load the program", errno: EINVAL), kernelLog: log, mayLoad: true,
            hasTypeInformation: true,
            release: KernelRelease(7, 2))
        #expect(
            error.description == """
                cannot count drop reasons: load the program: Invalid argument (EINVAL) (the kernel says: R0 \
                invalid mem access 'scalar'); this is not expected: please report it with the output of uname -a
                """)
    }

    @Test func missingCapabilityIsFoundBehindAnInvalidArgument() {
        let error = DropCounterError.loading(
            SystemError("load the program", errno: EINVAL), kernelLog: "", mayLoad: false,
            hasTypeInformation: true,
            release: KernelRelease(6, 18))
        #expect(error.cause == .notPermitted)
    }
}
