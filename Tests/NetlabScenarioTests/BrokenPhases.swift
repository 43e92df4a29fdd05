/// Phases and what they set.
extension BrokenScenario {
    static let brokenPhases: [BrokenScenario] = [
        BrokenScenario(
            "next hop that a phase takes to nowhere",
            ["set: { server/eth0: { mtu: 100 } }": "set: { server: { routes: [default via 10.9.0.1] } }"],
            [
                "27:31 error: the next hop 10.9.0.1 is in no subnet of server | the kernel takes only a next hop on a connected subnet, or onlink"
            ]),
        BrokenScenario(
            "two phases of one name", ["name: recovery": "name: fault"],
            [
                "31:5 warning: the fault phase fault expects nothing that the control phase does not | say what must differ: that is what the fault is known by",
                "31:11 error: two phases are called fault",
            ]),
        BrokenScenario(
            "phase without a name", ["name: recovery": "role: recovery"],
            ["31:5 error: a phase wants name"]),
        BrokenScenario(
            "unknown role",
            [
                "name: recovery": #"""
                name: recovery
                    role: cure
                """#
            ],
            [#"32:11 error: "cure" is not a word for role | known: control, fault, recovery"#]),
        BrokenScenario(
            "set of an unknown node",
            ["set: { server/eth0: { mtu: 100 } }": "set: { sever: { forward: true } }"],
            [
                #"27:12 error: there is no node, interface, link or flow "sever" to change | did you mean "server"?"#
            ]),
        BrokenScenario(
            "set of an unknown interface",
            ["set: { server/eth0: { mtu: 100 } }": "set: { server/eth1: { mtu: 100 } }"],
            [
                #"27:12 error: there is no node, interface, link or flow "server/eth1" to change | did you mean "server/eth0"?"#
            ]),
        BrokenScenario(
            "set adds an interface",
            ["set: { server/eth0: { mtu: 100 } }": "set: { server: { interfaces: { eth1: 10.0.0.1/24 } } }"],
            [#"27:36 error: server has no interface "eth1" | did you mean "eth0"?"#]),
        BrokenScenario(
            "set with an unknown key",
            ["set: { server/eth0: { mtu: 100 } }": "set: { server/eth0: { mtuu: 100 } }"],
            [#"27:27 error: "mtuu" is not a key of an interface | did you mean "mtu"?"#]),
        BrokenScenario(
            "set of nothing", ["set: { server/eth0: { mtu: 100 } }": "set: { server/eth0: 100 }"],
            [
                "20:47 error: server has no address to go to",
                #"27:25 error: "100" is not an address with a prefix length | write 10.0.0.1/24 or fd00::1/64"#,
            ]),
        BrokenScenario(
            "removes what is not there",
            ["set: { server/eth0: { mtu: 100 } }": "set: { router: { firewall: { lotery: null } } }"],
            [#"27:34 error: there is no "lotery" here to remove"#]),
        BrokenScenario(
            "changes the kind", ["set: { server/eth0: { mtu: 100 } }": "set: { web: { kind: ping } }"],
            [
                "27:19 error: the kind of a flow cannot be changed by a phase | write a second flow, and name those that run under traffic: of each phase"
            ]),
        BrokenScenario(
            "changes the ends",
            ["set: { server/eth0: { mtu: 100 } }": "set: { uplink: { ends: [client/eth0, server/eth0] } }"],
            ["27:22 error: the ends of a link cannot be changed by a phase"]),
        BrokenScenario(
            "unknown flow in a phase", ["traffic: [web]": "traffic: [wbe]"],
            [#"24:15 error: there is no flow "wbe" | did you mean "web"?"#]),
        BrokenScenario(
            "flow changed while it runs",
            [
                "    traffic: [web]": #"""
                    traffic: [web]
                    at: [{ after: 1 s, set: { web: { count: 3 } } }]
                """#
            ],
            ["25:31 error: a flow cannot be changed while it runs | set: of the phase itself changes flows"]),
        BrokenScenario(
            "steps out of order",
            [
                "    traffic: [web]": #"""
                    traffic: [web]
                    at: [{ after: 2 s, set: { router: { forward: false } } }, { after: 1 s, set: { router: { forward: true } } }]
                """#
            ],
            ["25:65 error: this step is not later than the one before it | steps stand in order of time"]),
        BrokenScenario(
            "fault that proves nothing", ["that: web.timed_out == 10": "that: web.succeeded == 10"],
            [
                "26:5 warning: the fault phase fault expects nothing that the control phase does not | say what must differ: that is what the fault is known by"
            ]),
        BrokenScenario(
            "fault without expectations",
            [
                #"""
                    expect:
                      - that: web.timed_out == 10
                        because: nothing fits

                """#: ""
            ],
            [
                "26:5 warning: the fault phase fault expects nothing | say what must differ: that is what the fault is known by"
            ]),
        BrokenScenario(
            "kernel range in words",
            [
                "lesson: {": #"""
                requires: { kernel: newer than 5 }
                lesson: {
                """#
            ],
            [
                #"34:21 error: kernel: "newer than 5" is not a range of releases | write ">= 5.10", "< 4.12", or ">= 5.10 < 6.12""#
            ]),
        BrokenScenario(
            "unknown key of a lesson", ["symptom: it hangs": "symptoms: it hangs"],
            [#"34:11 error: "symptoms" is not a key of a lesson | did you mean "symptom"?"#]),
    ]
}
