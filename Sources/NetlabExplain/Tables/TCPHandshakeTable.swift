extension ExplanationTables {
    /// Group TcpExt: handshakes, closing, signatures.
    static let tcpHandshake = """
        SyncookiesSent: SYNs answered with a cookie: the node remembers nothing of the connection and works
            it out again from the client's last ACK.
          with: SyncookiesRecv, TCPReqQFullDoCookies
          at: include/net/tcp.h: cookie_record_sent
          since: by 5.10
        SyncookiesRecv: Connections completed by an ACK that carried a valid cookie.
          with: SyncookiesSent
          at: net/ipv6/syncookies.c: cookie_tcp_check; net/ipv4/syncookies.c: cookie_tcp_check
          since: by 5.10
        SyncookiesFailed: ACKs that should have carried a cookie but did not carry a valid one: too late,
            forged, or of a connection that never was.
          with: SyncookiesSent, drop:NO_SOCKET
          at: net/ipv6/syncookies.c: cookie_tcp_check; net/ipv4/syncookies.c: cookie_tcp_check
          since: by 5.10
        EmbryonicRsts: Half-open connections of a listener that the client broke off with a reset, or with a
            second SYN, before they were complete.
          with: Tcp.AttemptFails
          at: net/ipv4/tcp_minisocks.c: tcp_check_req
          since: by 5.10
        ArpFilter: ARP requests left unanswered because the reply would leave by another interface (sysctl
            arp_filter).
          at: net/ipv4/arp.c: arp_filter
          since: by 5.10
        IPReversePathFilter: Packets dropped because a reply to their source address would leave by another
            interface than they came in by (sysctl rp_filter). Typical of asymmetric routing.
          with: drop:IP_RPFILTER
          at: net/ipv4/ip_input.c: ip_rcv_finish_core
          since: by 5.10
        ListenOverflows: Connections turned away because the listener's accept queue was full: the program
            accepts too slowly, or its backlog is too small. A SYN turned away for this leaves no drop
            reason.
          with: ListenDrops, listen:PORT recv_q, TCPTimeouts
          at: net/ipv6/tcp_ipv6.c: tcp_v6_syn_recv_sock; net/ipv4/tcp_ipv4.c: tcp_v4_syn_recv_sock;
            net/ipv4/tcp_input.c: tcp_get_syncookie_mss, tcp_conn_request
          since: by 5.10
        ListenDrops: SYNs and last ACKs of handshakes that a listener dropped, whatever the cause: full
            queues, no route back, no memory. It includes every ListenOverflows.
          with: ListenOverflows, TCPReqQFullDrop
          at: include/net/tcp.h: tcp_listendrop
          since: by 5.10
        TCPDeferAcceptDrop: Last ACKs of handshakes put aside since the listener waits for the first data
            (TCP_DEFER_ACCEPT). No fault.
          at: net/ipv4/tcp_minisocks.c: tcp_check_req
          since: by 5.10
        TCPReqQFullDoCookies: SYNs answered with a cookie as the queue of half-open connections was full;
            with tcp_syncookies=2 every SYN counts.
          with: SyncookiesSent, log:syn-flooding
          at: net/ipv4/tcp_input.c: tcp_syn_flood_action
          since: by 5.10
        TCPReqQFullDrop: SYNs dropped as the queue of half-open connections was full and cookies are
            switched off.
          with: ListenDrops
          at: net/ipv4/tcp_input.c: tcp_syn_flood_action
          since: by 5.10
        TCPMigrateReqSuccess: Connections waiting at a listener that was closed and taken over by another
            one of the same SO_REUSEPORT group.
          at: net/ipv4/inet_connection_sock.c: reqsk_timer_handler, inet_csk_complete_hashdance,
            inet_csk_listen_stop
          since: after 5.10, by 6.1
        TCPMigrateReqFailure: Connections waiting at a listener that was closed and that no other one of its
            group could take over.
          at: net/core/sock_reuseport.c: reuseport_migrate_sock; net/ipv4/tcp_minisocks.c: tcp_check_req;
            net/ipv4/inet_connection_sock.c: inet_reqsk_clone, reqsk_timer_handler,
            inet_csk_complete_hashdance, inet_csk_listen_stop
          since: after 5.10, by 6.1
        TCPSynRetrans: SYNs and SYN/ACKs sent again because no answer came. A climbing value means that
            connections cannot be set up: packets lost or dropped on the way, or a server that does not
            answer.
          with: TCPTimeouts, Tcp.RetransSegs
          at: net/ipv4/tcp_output.c: __tcp_retransmit_skb, tcp_rtx_synack
          since: by 5.10
        TCPChallengeACK: ACKs sent in answer to a suspicious RST, SYN or ACK, to make a real peer prove
            itself (RFC 5961).
          with: TCPSYNChallenge
          at: net/ipv4/tcp_input.c: tcp_send_challenge_ack, tcp_reqsk_send_challenge_ack
          since: by 5.10
        TCPSYNChallenge: SYNs that came in on a connection that is already open, answered with a challenge
            ACK.
          with: TCPChallengeACK, drop:TCP_INVALID_SYN
          at: net/ipv4/tcp_input.c: tcp_validate_incoming
          since: by 5.10
        TCPFastOpenActive: Connections on which the server took the data that this node had put into its
            SYN.
          at: net/ipv4/tcp_input.c: tcp_rcv_fastopen_synack
          since: by 5.10
        TCPFastOpenActiveFail: Connections on which data in the SYN was not taken, so that it had to be sent
            again in the ordinary way.
          at: net/ipv4/tcp_fastopen.c: tcp_fastopen_active_detect_blackhole; net/ipv4/tcp_input.c:
            tcp_rcv_fastopen_synack
          since: by 5.10
        TCPFastOpenPassive: SYNs with data that a listener here took at once, as their Fast Open cookie was
            good.
          at: net/ipv4/tcp_fastopen.c: tcp_try_fastopen
          since: by 5.10
        TCPFastOpenPassiveFail: SYNs with a Fast Open cookie that was wrong; the connection goes on without
            the shortcut.
          at: net/ipv4/tcp_fastopen.c: tcp_try_fastopen
          since: by 5.10
        TCPFastOpenListenOverflow: SYNs whose data was not taken as too many Fast Open connections were
            pending at the listener.
          at: net/ipv4/tcp_fastopen.c: tcp_fastopen_queue_check
          since: by 5.10
        TCPFastOpenCookieReqd: SYNs that asked for a Fast Open cookie to use later.
          at: net/ipv4/tcp_fastopen.c: tcp_try_fastopen
          since: by 5.10
        TCPFastOpenBlackhole: Times that Fast Open was switched off for a while, as something on the path
            seems to swallow such connections.
          at: net/ipv4/tcp_fastopen.c: tcp_fastopen_active_disable
          since: by 5.10
        TCPFastOpenPassiveAltKey: SYNs with data taken thanks to the second, backup Fast Open key.
          with: TCPFastOpenPassive
          at: net/ipv4/tcp_fastopen.c: tcp_try_fastopen
          since: by 5.10
        TW: Connections that came to rest in TIME_WAIT, or in a long FIN_WAIT2, on the side that closed
            first. It moves with every ordinary close.
          with: sockets:TIME_WAIT, sockstat:TCP tw
          at: net/ipv4/inet_timewait_sock.c: __inet_twsk_schedule
          since: by 5.10
        TWRecycled: TIME_WAIT entries that a new outgoing connection between the same addresses and ports
            took over (sysctl tcp_tw_reuse).
          with: TW
          at: net/ipv6/inet6_hashtables.c: __inet6_check_established; net/ipv4/inet_hashtables.c:
            __inet_check_established
          since: by 5.10
        TWKilled: Closed connections that were given only a short rest of at most four seconds, because the
            time for FIN_WAIT2 was set that low.
          at: net/ipv4/inet_timewait_sock.c: __inet_twsk_schedule
          since: by 5.10
        TCPTimeWaitOverflow: Connections that were forgotten at once instead of resting in TIME_WAIT, as
            there were too many of those (sysctl tcp_max_tw_buckets).
          with: TW
          at: net/ipv4/tcp_minisocks.c: tcp_time_wait
          since: by 5.10
        TCPAbortOnData: Connections reset because data came for a socket that the program had closed
            already, or because the program asked for a reset at close (SO_LINGER 0).
          with: Tcp.OutRsts, drop:TCP_ABORT_ON_DATA
          at: net/ipv4/tcp.c: __tcp_close; net/ipv4/tcp_input.c: tcp_rcv_state_process
          since: by 5.10
        TCPAbortOnClose: Connections reset because the program closed its socket without reading all that
            had arrived.
          with: Tcp.OutRsts
          at: net/ipv4/tcp.c: __tcp_close
          since: by 5.10
        TCPAbortOnMemory: Connections reset since closed sockets held too much memory, or were too many
            (tcp_max_orphans, tcp_mem).
          with: sockets:ORPHAN
          at: net/ipv4/tcp.c: __tcp_close; net/ipv4/tcp_timer.c: tcp_out_of_resources
          since: by 5.10
        TCPAbortOnTimeout: Connections given up after the last retransmission, keepalive or window probe
            went unanswered. The program sees "Connection timed out".
          with: TCPTimeouts, TCPKeepAlive
          at: net/ipv4/tcp_timer.c: tcp_write_err
          since: by 5.10
        TCPAbortOnLinger: Closed connections waiting for the peer's FIN that were reset at once, as
            TCP_LINGER2 told them to.
          at: net/ipv4/tcp.c: __tcp_close
          since: by 5.10
        TCPAbortFailed: Resets that should have been sent and could not, for lack of memory.
          at: net/ipv4/tcp_output.c: tcp_send_active_reset
          since: by 5.10
        BusyPollRxPackets: Packets that a program fetched from the device itself by busy polling.
          at: net/core/dev.c: __napi_busy_loop
          since: by 5.10
        TCPMD5NotFound: Segments without an MD5 signature from a peer that must sign. Both sides must have
            the same key for each other's address.
          with: drop:TCP_MD5NOTFOUND
          at: net/ipv4/tcp.c: tcp_inbound_hash
          since: by 5.10
        TCPMD5Unexpected: Segments with an MD5 signature from a peer for which no key is set here.
          with: drop:TCP_MD5UNEXPECTED
          at: net/ipv4/tcp.c: tcp_inbound_md5_hash
          since: by 5.10
        TCPMD5Failure: Segments whose MD5 signature is wrong: different keys, or a segment changed on the
            way.
          with: drop:TCP_MD5FAILURE
          at: net/ipv4/tcp.c: tcp_inbound_md5_hash
          since: by 5.10
        TCPAORequired: Segments without a TCP-AO signature from a peer that must sign.
          at: include/net/tcp.h: tcp_ao_required
          since: after 6.1, by 6.12
        TCPAOBad: Segments whose TCP-AO signature is wrong.
          at: net/ipv4/tcp.c: tcp_inbound_hash; net/ipv4/tcp_ao.c: tcp_ao_verify_hash
          since: after 6.1, by 6.12
        TCPAOKeyNotFound: Segments signed with a TCP-AO key that is not known here.
          at: net/ipv4/tcp_ao.c: tcp_inbound_ao_hash
          since: after 6.1, by 6.12
        TCPAOGood: Segments whose TCP-AO signature was right.
          at: net/ipv4/tcp_ao.c: tcp_ao_verify_hash
          since: after 6.1, by 6.12
        TCPAODroppedIcmps: ICMP errors disregarded because the connection is protected by TCP-AO and such
            messages cannot be trusted.
          at: net/ipv4/tcp_ao.c: tcp_ao_ignore_icmp
          since: after 6.1, by 6.12
        """
}
