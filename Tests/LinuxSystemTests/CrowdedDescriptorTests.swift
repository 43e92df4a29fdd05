import Glibc
import KernelTestSupport
import Testing

@testable import LinuxSystem

@Suite struct CrowdedDescriptorTests {
    @Test func aLowDescriptorStaysWhereItIs() throws {
        let number = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(number) }
        try #require(number >= 0 && number < 512)
        #expect(CrowdedDescriptor.outOfTheWay(number) == number)
        #expect(CrowdedDescriptor.outOfTheWay(-1) == -1)
    }

    @Test func aCrowdLeavesRoomBelowSelectsLimit() throws {
        let low = open("/dev/null", O_RDONLY | O_CLOEXEC)
        let crowded = fcntl(low, F_DUPFD_CLOEXEC, 600)
        defer { close(low) }
        try #require(crowded >= 600)
        let moved = CrowdedDescriptor.outOfTheWay(crowded)
        defer { close(moved) }
        #expect(moved >= 1024)
        #expect(fcntl(crowded, F_GETFD) == -1)
        #expect(CrowdedDescriptor.hasRoomForSelect)
    }
}
