import Glibc
import LinuxSystem
import Testing

@testable import NetlabTraffic

@Suite struct TakenPortTests {
    @Test func portThatSomebodyLetsGoOfIsTaken() throws {
        var tries = 0
        let made = try TakenPort.outwait { () throws(SystemError) -> String in
            tries += 1
            if tries < 4 { throw SystemError("bind", errno: EADDRINUSE, on: "port 80") }
            return "listener"
        }
        #expect(made == "listener")
        #expect(tries == 4)
    }

    @Test func portThatStaysTakenIsToldAsSuch() {
        var tries = 0
        let error = #expect(throws: SystemError.self) {
            try TakenPort.outwait { () throws(SystemError) -> Void in
                tries += 1
                throw SystemError("bind", errno: EADDRINUSE, on: "port 80")
            }
        }
        #expect(error == SystemError("bind", errno: EADDRINUSE, on: "port 80"))
        #expect(tries >= TakenPort.leastTries)
    }

    @Test func otherErrorsAreToldAtOnce() {
        var tries = 0
        #expect(throws: SystemError.self) {
            try TakenPort.outwait { () throws(SystemError) -> Void in
                tries += 1
                throw SystemError("bind", errno: EADDRNOTAVAIL, on: "port 80")
            }
        }
        #expect(tries == 1)
    }
}
