extension ExplanationTables {
    /// Group Icmp of /proc/net/snmp.
    static let icmp = """
        InMsgs: ICMP messages received, broken ones too.
          at: net/ipv4/icmp.c: icmp_rcv
          since: by 5.10
        InErrors: ICMP messages that were broken, or quoted a packet that fits no socket.
          with: InMsgs
          at: net/ipv4/icmp.c: icmp_rcv, icmp_unreach, icmp_redirect, icmp_timestamp; net/ipv4/tcp_ipv4.c:
            tcp_v4_err; net/ipv4/udp.c: __udp4_lib_err
          since: by 5.10
        InCsumErrors: ICMP messages whose checksum is wrong.
          with: InErrors, drop:ICMP_CSUM
          at: net/ipv4/icmp.c: icmp_rcv
          since: by 5.10
        InDestUnreachs: "Destination unreachable" received: a host, a port or a network cannot be reached, a
            packet is too big, or a firewall forbids it.
          with: IcmpMsg.InType3
          at: net/ipv4/icmp.c: icmp_rcv
          since: by 5.10
        InTimeExcds: "Time exceeded" received: a packet's time to live ran out on the way, or its fragments
            never met. Traceroute lives on these.
          with: IcmpMsg.InType11
          at: net/ipv4/icmp.c: icmp_rcv
          since: by 5.10
        InParmProbs: "Parameter problem" received: somebody could not make sense of a header that this node
            sent.
          with: IcmpMsg.InType12
          at: net/ipv4/icmp.c: icmp_rcv
          since: by 5.10
        InSrcQuenchs: "Source quench" received; obsolete, and ignored.
          with: IcmpMsg.InType4
          at: net/ipv4/icmp.c: icmp_rcv
          since: by 5.10
        InRedirects: Redirects received: a router knows a better first hop.
          with: IcmpMsg.InType5
          at: net/ipv4/icmp.c: icmp_rcv
          since: by 5.10
        InEchos: Echo requests received: somebody pings this node.
          with: OutEchoReps, IcmpMsg.InType8
          at: net/ipv4/icmp.c: icmp_rcv
          since: by 5.10
        InEchoReps: Answers received to pings of this node.
          with: OutEchos, IcmpMsg.InType0
          at: net/ipv4/icmp.c: icmp_rcv
          since: by 5.10
        InTimestamps: Requests received to tell the time of day.
          with: IcmpMsg.InType13
          at: net/ipv4/icmp.c: icmp_rcv
          since: by 5.10
        InTimestampReps: Answers received that tell the time of day.
          with: IcmpMsg.InType14
          at: net/ipv4/icmp.c: icmp_rcv
          since: by 5.10
        InAddrMasks: Address mask requests received; nobody answers them any more.
          with: IcmpMsg.InType17
          at: net/ipv4/icmp.c: icmp_rcv
          since: by 5.10
        InAddrMaskReps: Address mask replies received.
          with: IcmpMsg.InType18
          at: net/ipv4/icmp.c: icmp_rcv
          since: by 5.10
        OutMsgs: ICMP messages sent, whatever their type.
          at: net/ipv4/icmp.c: icmp_out_count
          since: by 5.10
        OutErrors: ICMP messages that could not be made or sent, for instance because too many replies wait
            already.
          at: net/ipv4/icmp.c: icmp_push_reply
          since: by 5.10
        OutRateLimitGlobal: ICMP errors that were not sent because the node as a whole had sent enough of
            them (icmp_msgs_per_sec, icmp_msgs_burst).
          with: OutRateLimitHost
          at: net/ipv4/icmp.c: icmpv4_global_allow
          since: after 5.10, by 6.1
        OutRateLimitHost: ICMP errors that were not sent because the same host had got one a moment ago
            (icmp_ratelimit). The sender of the packet then learns nothing.
          with: OutRateLimitGlobal
          at: net/ipv4/icmp.c: icmpv4_xrlim_allow
          since: after 5.10, by 6.1
        OutDestUnreachs: "Destination unreachable" sent: closed port, missing route, a packet too big to
            forward.
          with: Udp.NoPorts, IcmpMsg.OutType3
          at: net/ipv4/icmp.c: icmp_out_count
          since: by 5.10
        OutTimeExcds: "Time exceeded" sent: a packet's time to live ran out here, or a fragment never came.
          with: Ip.InHdrErrors, IcmpMsg.OutType11
          at: net/ipv4/icmp.c: icmp_out_count
          since: by 5.10
        OutParmProbs: "Parameter problem" sent: a packet's options made no sense.
          with: IcmpMsg.OutType12
          at: net/ipv4/icmp.c: icmp_out_count
          since: by 5.10
        OutSrcQuenchs: "Source quench" sent; the kernel itself never does, only a program with a raw socket.
          with: IcmpMsg.OutType4
          at: net/ipv4/icmp.c: icmp_out_count
          since: by 5.10
        OutRedirects: Redirects sent: a packet was forwarded out of the interface it came in by, so the
            sender could have asked the next router itself.
          with: IcmpMsg.OutType5
          at: net/ipv4/icmp.c: icmp_out_count
          since: by 5.10
        OutEchos: Echo requests sent by ping.
          with: InEchoReps, IcmpMsg.OutType8
          at: net/ipv4/icmp.c: icmp_out_count
          since: by 5.10
        OutEchoReps: Answers sent to pings of others.
          with: InEchos, IcmpMsg.OutType0
          at: net/ipv4/icmp.c: icmp_out_count
          since: by 5.10
        OutTimestamps: Requests sent to tell the time of day, by a program with a raw socket.
          with: IcmpMsg.OutType13
          at: net/ipv4/icmp.c: icmp_out_count
          since: by 5.10
        OutTimestampReps: Answers sent that tell the time of day.
          with: InTimestamps, IcmpMsg.OutType14
          at: net/ipv4/icmp.c: icmp_out_count
          since: by 5.10
        OutAddrMasks: Address mask requests sent, by a program with a raw socket.
          with: IcmpMsg.OutType17
          at: net/ipv4/icmp.c: icmp_out_count
          since: by 5.10
        OutAddrMaskReps: Address mask replies sent, by a program with a raw socket.
          with: IcmpMsg.OutType18
          at: net/ipv4/icmp.c: icmp_out_count
          since: by 5.10
        """

    /// Counters Icmp6… of /proc/net/snmp6, but for those by type.
    static let icmp6 = """
        InMsgs: ICMPv6 messages received; neighbour discovery is part of them, so an idle link moves it too.
          at: net/ipv6/icmp.c: icmpv6_rcv
          since: by 5.10
        InErrors: ICMPv6 messages that were broken, or quoted a packet that fits no socket.
          with: InMsgs
          at: net/ipv6/udp.c: udpv6_err; net/ipv6/tcp_ipv6.c: tcp_v6_err; net/ipv6/icmp.c: icmpv6_notify,
            icmpv6_rcv
          since: by 5.10
        OutMsgs: ICMPv6 messages sent; neighbour discovery and multicast reports are part of them.
          at: net/ipv6/ip6_output.c: __ip6_make_skb; net/ipv6/ndisc.c: ndisc_send_skb; net/ipv6/mcast.c:
            mld_sendpack, igmp6_send
          since: by 5.10
        OutErrors: ICMPv6 messages that could not be made or sent.
          at: net/ipv6/ping.c: ping_v6_sendmsg; net/ipv6/icmp.c: icmp6_send, icmpv6_echo_reply
          since: by 5.10
        InCsumErrors: ICMPv6 messages whose checksum is wrong.
          with: InErrors, drop:ICMP_CSUM
          at: net/ipv6/icmp.c: icmpv6_rcv
          since: by 5.10
        OutRateLimitHost: ICMPv6 errors that were not sent because of the rate limit (icmp.ratelimit). The
            sender of the packet then learns nothing.
          at: net/ipv6/icmp.c: icmpv6_xrlim_allow
          since: after 5.10, by 6.1
        InDestUnreachs: "Destination unreachable" received: no route, a closed port, an address that does
            not answer, or a firewall.
          with: Icmp6.InType1
          at: net/ipv6/icmp.c: icmpv6_rcv
          since: by 5.10
        InPktTooBigs: "Packet too big" received: a router on the path has a smaller MTU and says which. Path
            MTU discovery cannot work without these.
          with: Icmp6.InType2, pmtu:ADDRESS
          at: net/ipv6/icmp.c: icmpv6_rcv
          since: by 5.10
        InTimeExcds: "Time exceeded" received: a packet's hop limit ran out on the way, or its fragments
            never met.
          with: Icmp6.InType3
          at: net/ipv6/icmp.c: icmpv6_rcv
          since: by 5.10
        InParmProblems: "Parameter problem" received: somebody could not make sense of a header that this
            node sent.
          with: Icmp6.InType4
          at: net/ipv6/icmp.c: icmpv6_rcv
          since: by 5.10
        InEchos: Echo requests received: somebody pings this node.
          with: OutEchoReplies, Icmp6.InType128
          at: net/ipv6/icmp.c: icmpv6_rcv
          since: by 5.10
        InEchoReplies: Answers received to pings of this node.
          with: OutEchos, Icmp6.InType129
          at: net/ipv6/icmp.c: icmpv6_rcv
          since: by 5.10
        InGroupMembQueries: Questions received about which multicast groups are wanted here (MLD).
          with: Icmp6.InType130
          at: net/ipv6/icmp.c: icmpv6_rcv
          since: by 5.10
        InGroupMembResponses: Multicast memberships of neighbours received, in the form of MLD version 1.
          with: Icmp6.InType131
          at: net/ipv6/icmp.c: icmpv6_rcv
          since: by 5.10
        InGroupMembReductions: Notes received that a neighbour left a multicast group (MLD version 1).
          with: Icmp6.InType132
          at: net/ipv6/icmp.c: icmpv6_rcv
          since: by 5.10
        InRouterSolicits: Router solicitations received: a host asks who routes here.
          with: Icmp6.InType133
          at: net/ipv6/icmp.c: icmpv6_rcv
          since: by 5.10
        InRouterAdvertisements: Router advertisements received: a router offers itself, a prefix, an MTU.
          with: Icmp6.InType134
          at: net/ipv6/icmp.c: icmpv6_rcv
          since: by 5.10
        InNeighborSolicits: Neighbour solicitations received: somebody asks for a link-layer address, or
            checks that an address is free.
          with: OutNeighborAdvertisements, Icmp6.InType135
          at: net/ipv6/icmp.c: icmpv6_rcv
          since: by 5.10
        InNeighborAdvertisements: Neighbour advertisements received: answers with a link-layer address.
          with: OutNeighborSolicits, Icmp6.InType136
          at: net/ipv6/icmp.c: icmpv6_rcv
          since: by 5.10
        InRedirects: Redirects received: a router knows a better first hop.
          with: Icmp6.InType137
          at: net/ipv6/icmp.c: icmpv6_rcv
          since: by 5.10
        InMLDv2Reports: Multicast memberships of neighbours received (MLD version 2).
          with: Icmp6.InType143
          at: net/ipv6/icmp.c: icmpv6_rcv
          since: by 5.10
        OutDestUnreachs: "Destination unreachable" sent.
          with: Udp6.NoPorts, Icmp6.OutType1
          at: net/ipv6/ndisc.c: ndisc_send_skb, igmp6_send
          since: by 5.10
        OutPktTooBigs: "Packet too big" sent: a packet to be forwarded did not fit the next link.
          with: Ip6.InTooBigErrors, Icmp6.OutType2
          at: net/ipv6/ndisc.c: ndisc_send_skb, igmp6_send
          since: by 5.10
        OutTimeExcds: "Time exceeded" sent: a packet's hop limit ran out here, or a fragment never came.
          with: Ip6.InHdrErrors, Icmp6.OutType3
          at: net/ipv6/ndisc.c: ndisc_send_skb, igmp6_send
          since: by 5.10
        OutParmProblems: "Parameter problem" sent: a packet's headers made no sense.
          with: Icmp6.OutType4
          at: net/ipv6/ndisc.c: ndisc_send_skb, igmp6_send
          since: by 5.10
        OutEchos: Echo requests sent by ping.
          with: InEchoReplies, Icmp6.OutType128
          at: net/ipv6/ndisc.c: ndisc_send_skb, igmp6_send
          since: by 5.10
        OutEchoReplies: Answers sent to pings of others.
          with: InEchos, Icmp6.OutType129
          at: net/ipv6/ndisc.c: ndisc_send_skb, igmp6_send
          since: by 5.10
        OutGroupMembQueries: Questions sent about multicast groups; a host sends them only through a raw
            socket.
          with: Icmp6.OutType130
          at: net/ipv6/ndisc.c: ndisc_send_skb, igmp6_send
          since: by 5.10
        OutGroupMembResponses: Multicast memberships sent in the form of MLD version 1.
          with: Icmp6.OutType131
          at: net/ipv6/ndisc.c: ndisc_send_skb, igmp6_send
          since: by 5.10
        OutGroupMembReductions: Notes sent that this node left a multicast group (MLD version 1).
          with: Icmp6.OutType132
          at: net/ipv6/ndisc.c: ndisc_send_skb, igmp6_send
          since: by 5.10
        OutRouterSolicits: Router solicitations sent: an interface came up and asks who routes here. That
            happens without any traffic.
          with: Icmp6.OutType133
          at: net/ipv6/ndisc.c: ndisc_send_skb, igmp6_send
          since: by 5.10
        OutRouterAdvertisements: Router advertisements sent, by a program such as radvd.
          with: Icmp6.OutType134
          at: net/ipv6/ndisc.c: ndisc_send_skb, igmp6_send
          since: by 5.10
        OutNeighborSolicits: Neighbour solicitations sent: this node asks for a link-layer address, or
            checks that its own address is free.
          with: InNeighborAdvertisements, Icmp6.OutType135
          at: net/ipv6/ndisc.c: ndisc_send_skb, igmp6_send
          since: by 5.10
        OutNeighborAdvertisements: Neighbour advertisements sent: answers with the own link-layer address.
          with: InNeighborSolicits, Icmp6.OutType136
          at: net/ipv6/ndisc.c: ndisc_send_skb, igmp6_send
          since: by 5.10
        OutRedirects: Redirects sent: the sender could have asked the next router itself.
          with: Icmp6.OutType137
          at: net/ipv6/ndisc.c: ndisc_send_skb, igmp6_send
          since: by 5.10
        OutMLDv2Reports: Multicast memberships sent (MLD version 2); an interface that comes up sends a few
            by itself.
          with: Icmp6.OutType143
          at: net/ipv6/ndisc.c: ndisc_send_skb, igmp6_send
          since: by 5.10
        """
}
