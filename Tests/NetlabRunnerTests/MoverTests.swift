import NetlabCatalogue
import NetlabModel
import Testing

/// What `netlab explain` says about the scenarios that move a counter.
@Suite struct MoverTests {
    @Test func tableNamesCountersAndScenariosOfTheCatalogue() throws {
        let movers = Catalogue.movers
        #expect(movers.count > 100)
        for (counter, scenarios) in movers {
            let id = try #require(CounterID(counter), "\(counter)")
            #expect(!id.isGauge, "\(counter)")
            // A scenario that was taken away leaves a gap.
            #expect(!scenarios.isEmpty, "\(counter): measure anew with netlab coverage --movers")
            #expect(Set(scenarios).count == scenarios.count, "\(counter)")
        }
    }

    @Test(arguments: [
        ("TcpExt.ListenOverflows", "accept-queue-overflow"), ("drop:SOCKET_RCVBUFF", "udp-rcvbuf-overflow"),
        ("TcpExt.IPReversePathFilter", "rp-filter"), ("Ip.ReasmTimeout", "ip-fragment-lost"),
    ])
    func counterIsMovedByTheScenarioThatTeachesIt(counter: String, scenario: String) {
        #expect(Catalogue.movers[counter]?.contains(scenario) == true)
    }
}
