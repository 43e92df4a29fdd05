extension ExplanationTables {
    /// /proc/net/stat/nf_conntrack.
    static let conntrack = """
        entries: Connections that this namespace keeps track of now. Compare with max: when the table is
            full, new connections are dropped.
          with: max, drop
          at: net/netfilter/nf_conntrack_core.c: __nf_conntrack_alloc
        max: The most connections the table may hold (sysctl net.netfilter.nf_conntrack_max). The value is
            that of the whole machine.
          with: entries
        clashres: Times two packets raced to enter the same connection and the kernel settled it.
          with: insert_failed
          at: net/netfilter/nf_conntrack_core.c: __nf_ct_resolve_clash, nf_ct_resolve_clash_harder
        found: Look-ups that met an existing connection while an unused port was being sought for address
            translation.
          at: net/netfilter/nf_conntrack_core.c: nf_conntrack_tuple_taken
        new: Stays at 0 in today's kernels.
        invalid: Packets that fit no connection and may not begin one. A firewall often drops them (ct state
            invalid).
          with: icmp_error
          at: net/netfilter/nf_conntrack_core.c: nf_conntrack_in, nf_conntrack_handle_icmp
        ignore: Stays at 0 in today's kernels.
        delete: Stays at 0 in today's kernels.
        chainlength: Connections that could not be entered since their slot of the hash table was overfull.
          with: insert_failed
          at: net/netfilter/nf_conntrack_core.c: nf_conntrack_hash_check_insert, __nf_conntrack_confirm
        insert: Connections entered from user space (conntrack -I), not those that packets begin.
          at: net/netfilter/nf_conntrack_core.c: nf_conntrack_hash_check_insert
        insert_failed: Connections that could not be entered into the table, as another with the same
            addresses and ports was faster. Typical of DNS requests sent in pairs.
          with: drop, clashres
          at: net/netfilter/nf_conntrack_core.c: nf_ct_resolve_clash, __nf_conntrack_confirm
        drop: Packets dropped by connection tracking itself: the table was full, or the connection could not
            be entered.
          with: drop:NETFILTER_DROP, entries, max
          at: net/netfilter/nf_conntrack_core.c: nf_conntrack_in, nf_ct_resolve_clash, nf_confirm_cthelper
        early_drop: Connections that had seen no answer and were thrown out early, to make room in a full
            table.
          with: entries
          at: net/netfilter/nf_conntrack_core.c: early_drop_list
        icmp_error: ICMP messages that tracking refused: broken, or about a connection it does not know.
          with: invalid
          at: net/netfilter/nf_conntrack_core.c: nf_conntrack_handle_icmp
        expect_new: Connections that had been expected because of another one, such as the data channel of
            FTP.
          at: net/netfilter/nf_conntrack_core.c: init_conntrack
        expect_create: Connections announced in advance by a helper.
          at: net/netfilter/nf_conntrack_expect.c: nf_ct_expect_insert
        expect_delete: Expectations that were fulfilled, given up or withdrawn.
          at: net/netfilter/nf_conntrack_expect.c: nf_ct_unlink_expect_report
        search_restart: Look-ups begun anew as the table changed underneath. Harmless.
          at: net/netfilter/nf_conntrack_core.c: ____nf_conntrack_find, nf_conntrack_tuple_taken
        """

    /// /proc/net/stat/synproxy.
    static let synproxy = """
        entries: Stays at 0; the column only keeps the form of its sister files.
        syn_received: SYNs that SYNPROXY answered in the server's place.
          with: cookie_valid, cookie_invalid
        cookie_invalid: Last ACKs of a handshake without a valid cookie, dropped by SYNPROXY.
          at: net/netfilter/nf_synproxy_core.c: synproxy_recv_client_ack
        cookie_valid: Last ACKs with a valid cookie: only these clients get through to the server.
          with: syn_received
          at: net/netfilter/nf_synproxy_core.c: synproxy_recv_client_ack
        cookie_retrans: Last ACKs that clients repeated since the server had not answered SYNPROXY yet.
          at: net/netfilter/nf_synproxy_core.c: ipv4_synproxy_hook
        conn_reopened: Connections begun anew while tracking still held their closed predecessor.
          at: net/netfilter/nf_synproxy_core.c: ipv4_synproxy_hook
        """
}
