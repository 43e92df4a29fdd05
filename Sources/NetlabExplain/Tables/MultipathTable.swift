extension ExplanationTables {
    /// Group MPTcpExt of /proc/net/netstat.
    static let mptcpExt = """
        MPCapableSYNRX: Handshakes received whose client offers MPTCP.
          at: net/mptcp/subflow.c: subflow_check_req
          since: by 6.12
        MPCapableSYNTX: Handshakes begun by this node that offer MPTCP.
          with: MPCapableSYNACKRX
          at: net/mptcp/protocol.c: mptcp_connect
          since: by 6.12
        MPCapableSYNACKRX: Answers to such an offer that accept MPTCP.
          with: MPCapableSYNTX
          at: net/mptcp/subflow.c: subflow_finish_connect
          since: by 6.12
        MPCapableACKRX: MPTCP connections that a listener took on after a complete handshake.
          with: MPCurrEstab
          at: net/mptcp/protocol.c: mptcp_stream_accept
          since: by 6.12
        MPCapableFallbackACK: Connections that went on as plain TCP since the client's last ACK of the
            handshake had lost the MPTCP option.
          at: net/mptcp/subflow.c: subflow_syn_recv_sock
          since: by 6.12
        MPCapableFallbackSYNACK: Connections that went on as plain TCP since the server's answer had no
            MPTCP option: the server or a box on the path does not know it.
          with: MPCapableSYNTX
          at: net/mptcp/subflow.c: subflow_finish_connect
          since: by 6.12
        MPCapableSYNTXDrop: Connections whose SYN with the MPTCP option went unanswered and was sent again
            without it.
          with: Blackhole
          at: net/mptcp/ctrl.c: mptcp_active_detect_blackhole
          since: by 6.12
        MPCapableSYNTXDisabled: Connections begun as plain TCP because SYNs with the MPTCP option got lost
            shortly before.
          with: Blackhole
          at: net/mptcp/protocol.c: mptcp_connect
          since: by 6.12
        MPCapableEndpAttempt: Ordinary connections tried to a port that is meant for additional subflows
            only; they are reset.
          at: net/mptcp/subflow.c: subflow_reset_req_endp
          since: by 6.12
        MPFallbackTokenInit: Connections that went on as plain TCP as no unused token could be found for
            them.
          at: net/mptcp/protocol.c: mptcp_connect; net/mptcp/subflow.c: subflow_check_req
          since: by 6.12
        MPTCPRetrans: Data sent again at the level of MPTCP, most often over another subflow, as one path
            does not deliver.
          with: SubflowStale
          at: net/mptcp/protocol.c: __mptcp_retrans
          since: by 6.12
        MPJoinNoTokenFound: Requests to join a connection that does not exist here.
          at: net/mptcp/subflow.c: subflow_token_join_request
          since: by 6.12
        MPJoinSynRx: Requests received to add a subflow to a connection.
          with: MPJoinAckRx
          at: net/mptcp/subflow.c: subflow_check_req
          since: by 6.12
        MPJoinSynBackupRx: Requests received to add a subflow that shall only be a reserve.
          with: MPJoinSynRx
          at: net/mptcp/subflow.c: subflow_check_req
          since: by 6.12
        MPJoinSynAckRx: Answers received to a request to add a subflow.
          with: MPJoinSynTx
          at: net/mptcp/subflow.c: subflow_finish_connect
          since: by 6.12
        MPJoinSynAckBackupRx: Answers received that call the new subflow a reserve.
          with: MPJoinSynAckRx
          at: net/mptcp/subflow.c: subflow_finish_connect
          since: by 6.12
        MPJoinSynAckHMacFailure: Answers to a request to add a subflow whose proof of identity was wrong.
          at: net/mptcp/subflow.c: subflow_finish_connect
          since: by 6.12
        MPJoinAckRx: Subflows added after the last ACK of their handshake.
          with: MPJoinSynRx
          at: net/mptcp/subflow.c: subflow_syn_recv_sock
          since: by 6.12
        MPJoinAckHMacFailure: Last ACKs of a request to add a subflow whose proof of identity was wrong.
          at: net/mptcp/subflow.c: subflow_syn_recv_sock
          since: by 6.12
        MPJoinRejected: Subflows refused because the limits of the path manager allow no more (ip mptcp
            limits).
          at: net/mptcp/protocol.c: mptcp_finish_join; net/mptcp/subflow.c: subflow_check_req,
            subflow_syn_recv_sock
          since: after 6.12, by 6.18
        MPJoinSynTx: Requests sent to add a subflow.
          with: MPJoinSynAckRx
          at: net/mptcp/subflow.c: __mptcp_subflow_connect
          since: by 6.12
        MPJoinSynTxCreatSkErr: Subflows not added since their socket could not be made.
          at: net/mptcp/subflow.c: __mptcp_subflow_connect
          since: by 6.12
        MPJoinSynTxBindErr: Subflows not added since their socket could not be bound to the address of the
            endpoint.
          at: net/mptcp/subflow.c: __mptcp_subflow_connect
          since: by 6.12
        MPJoinSynTxConnectErr: Subflows not added since connecting failed at once, for want of a route for
            instance.
          at: net/mptcp/subflow.c: __mptcp_subflow_connect
          since: by 6.12
        DSSNotMatching: Segments whose mapping to the data stream contradicts the mapping in force. The
            subflow is reset.
          with: MPRstTx
          at: net/mptcp/subflow.c: get_mapping_status
          since: by 6.12
        DSSCorruptionFallback: Connections that went on as plain TCP after a corrupt mapping.
          at: net/mptcp/protocol.c: mptcp_dss_corruption
          since: by 6.12
        DSSCorruptionReset: Subflows reset after a corrupt mapping.
          at: net/mptcp/protocol.c: mptcp_dss_corruption
          since: by 6.12
        InfiniteMapTx: Notes sent that from here on the connection is plain TCP.
          at: net/mptcp/protocol.c: mptcp_update_infinite_map
          since: by 6.12
        InfiniteMapRx: Notes received that from here on the connection is plain TCP.
          at: net/mptcp/subflow.c: get_mapping_status
          since: by 6.12
        DSSNoMatchTCP: Mappings that fit no place in the subflow's own sequence numbers.
          at: net/mptcp/subflow.c: get_mapping_status
          since: by 6.12
        DataCsumErr: Data whose MPTCP checksum was wrong: something on the path changed the payload.
          with: MPFailTx
          at: net/mptcp/subflow.c: validate_data_csum
          since: by 6.12
        OFOQueueTail: Data from different paths that arrived too early and was put at the end of the waiting
            queue. Normal with unequal paths.
          with: OFOQueue
          at: net/mptcp/protocol.c: mptcp_data_queue_ofo
          since: by 6.12
        OFOQueue: Data from different paths that arrived too early and was put into the waiting queue.
            Normal with unequal paths.
          at: net/mptcp/protocol.c: mptcp_data_queue_ofo
          since: by 6.12
        OFOMerge: Waiting pieces of data that were joined with their neighbour.
          with: OFOQueue
          at: net/mptcp/protocol.c: mptcp_data_queue_ofo
          since: by 6.12
        NoDSSInWindow: Data beyond the connection's receive window, thrown away.
          at: net/mptcp/protocol.c: mptcp_data_queue_ofo
          since: by 6.12
        DuplicateData: Data that had already arrived by another path.
          with: MPTCPRetrans
          at: net/mptcp/protocol.c: mptcp_data_queue_ofo, __mptcp_move_skb, __mptcp_ofo_queue;
            net/mptcp/subflow.c: mptcp_subflow_discard_data
          since: by 6.12
        AddAddr: Addresses that the peer announced for further subflows.
          with: EchoAddTx
          at: net/mptcp/options.c: mptcp_incoming_options
          since: by 6.12
        AddAddrTx: Addresses announced to the peer for further subflows.
          with: EchoAdd
          at: net/mptcp/options.c: mptcp_established_options_add_addr
          since: by 6.12
        AddAddrTxDrop: Announcements of an address that could not be sent: no room among the TCP options, or
            one still pending.
          at: net/mptcp/pm.c: mptcp_pm_announce_addr, mptcp_pm_add_addr_signal
          since: by 6.12
        EchoAdd: Confirmations received that the peer got an announced address.
          with: AddAddrTx
          at: net/mptcp/options.c: mptcp_incoming_options
          since: by 6.12
        EchoAddTx: Confirmations sent that an announced address arrived.
          with: AddAddr
          at: net/mptcp/options.c: mptcp_established_options_add_addr
          since: by 6.12
        EchoAddTxDrop: Confirmations that could not be sent, as another was pending.
          at: net/mptcp/pm.c: mptcp_pm_announce_addr, mptcp_pm_add_addr_signal
          since: by 6.12
        PortAdd: Addresses announced by the peer together with a port.
          with: AddAddr
          at: net/mptcp/options.c: mptcp_incoming_options
          since: by 6.12
        AddAddrDrop: Announcements passed over because an earlier one was still being dealt with.
          with: AddAddr
          at: net/mptcp/pm.c: mptcp_pm_add_addr_received
          since: by 6.12
        MPJoinPortSynRx: Requests to add a subflow that came to a port announced for it.
          at: net/mptcp/subflow.c: subflow_check_req
          since: by 6.12
        MPJoinPortSynAckRx: Answers from a port that the peer had announced.
          at: net/mptcp/subflow.c: subflow_finish_connect
          since: by 6.12
        MPJoinPortAckRx: Subflows added at a port announced for it.
          at: net/mptcp/subflow.c: subflow_syn_recv_sock
          since: by 6.12
        MismatchPortSynRx: Requests to add a subflow that came to a port that was not announced.
          at: net/mptcp/subflow.c: subflow_check_req
          since: by 6.12
        MismatchPortAckRx: Last ACKs for a subflow at a port that is no longer announced.
          at: net/mptcp/subflow.c: subflow_syn_recv_sock
          since: by 6.12
        RmAddr: Withdrawals of an address that were received and acted on.
          with: RmSubflow
          at: net/mptcp/pm.c: mptcp_pm_rm_addr_or_subflow, mptcp_pm_rm_addr_recv
          since: by 6.12
        RmAddrDrop: Withdrawals passed over because an earlier one was still being dealt with.
          at: net/mptcp/pm.c: mptcp_pm_rm_addr_received
          since: by 6.12
        RmAddrTx: Withdrawals of an address sent.
          at: net/mptcp/options.c: mptcp_established_options_rm_addr
          since: by 6.12
        RmAddrTxDrop: Withdrawals that could not be sent, as another signal was pending.
          at: net/mptcp/pm.c: mptcp_pm_remove_addr
          since: by 6.12
        RmSubflow: Subflows removed by the path manager.
          with: RmAddr
          at: net/mptcp/pm.c: mptcp_pm_rm_addr_or_subflow, mptcp_pm_rm_subflow; net/mptcp/pm_userspace.c:
            mptcp_pm_nl_subflow_destroy_doit
          since: by 6.12
        MPPrioTx: Notes sent that change a subflow between regular and reserve.
          at: net/mptcp/options.c: mptcp_write_options
          since: by 6.12
        MPPrioRx: Notes received that change a subflow between regular and reserve.
          at: net/mptcp/options.c: mptcp_incoming_options
          since: by 6.12
        MPFailTx: Notes sent that a checksum failed.
          with: DataCsumErr
          at: net/mptcp/options.c: mptcp_established_options_mp_fail
          since: by 6.12
        MPFailRx: Notes received that a checksum failed at the peer.
          at: net/mptcp/options.c: mptcp_incoming_options
          since: by 6.12
        MPFastcloseTx: Notes sent that the whole connection is over at once.
          at: net/mptcp/options.c: mptcp_established_options_fastclose
          since: by 6.12
        MPFastcloseRx: Notes received that the whole connection is over at once.
          at: net/mptcp/options.c: mptcp_incoming_options
          since: by 6.12
        MPRstTx: Resets of a subflow sent with the reason given.
          at: net/mptcp/options.c: mptcp_established_options_rst
          since: by 6.12
        MPRstRx: Resets of a subflow received with the reason given.
          at: net/mptcp/options.c: mptcp_incoming_options
          since: by 6.12
        SubflowStale: Subflows found to deliver nothing for a while and no longer used.
          with: SubflowRecover, MPTCPRetrans
          at: net/mptcp/pm.c: mptcp_pm_subflow_chk_stale
          since: by 6.12
        SubflowRecover: Unused subflows that delivered again and are back in use.
          with: SubflowStale
          at: net/mptcp/protocol.c: mptcp_subflow_set_active
          since: by 6.12
        SndWndShared: Times that sending on a subflow was held back by the window of the whole connection,
            not by its own.
          at: net/mptcp/protocol.c: mptcp_check_allowed_size
          since: by 6.12
        RcvWndShared: Times that a subflow announced the window of the whole connection instead of its own.
          at: net/mptcp/options.c: mptcp_set_rwin
          since: by 6.12
        RcvWndConflictUpdate: Times that two subflows changed the common window at once and the change was
            made anew.
          with: RcvWndConflict
          at: net/mptcp/options.c: mptcp_set_rwin
          since: by 6.12
        RcvWndConflict: Times that two subflows tried to change the common window at once.
          at: net/mptcp/options.c: mptcp_set_rwin
          since: by 6.12
        MPCurrEstab: MPTCP connections that are open just now. It goes up and down.
          with: Tcp.CurrEstab
          at: net/mptcp/protocol.c: mptcp_set_state
          since: by 6.12
        Blackhole: Times that MPTCP was switched off for a while since SYNs with its option vanished on the
            way.
          with: MPCapableSYNTXDisabled
          at: net/mptcp/ctrl.c: mptcp_active_disable
          since: by 6.12
        MPCapableDataFallback: Connections that went on as plain TCP as the first data came without the
            MPTCP option.
          at: net/mptcp/options.c: check_fully_established
          since: after 6.12, by 6.18
        MD5SigFallback: Connections that went on as plain TCP since they shall be signed with MD5, for which
            there is no room besides MPTCP.
          at: net/mptcp/protocol.c: mptcp_connect
          since: after 6.12, by 6.18
        DssFallback: Connections that went on as plain TCP as a mapping was missing or bad.
          at: net/mptcp/subflow.c: subflow_check_data_avail
          since: after 6.12, by 6.18
        SimultConnectFallback: Connections that went on as plain TCP as both ends had called each other at
            the same time.
          at: net/mptcp/options.c: mptcp_syn_options
          since: after 6.12, by 6.18
        FallbackFailed: Connections reset since plain TCP was needed but no longer possible.
          with: MPRstTx
          at: net/mptcp/protocol.c: mptcp_update_infinite_map; net/mptcp/options.c: check_fully_established;
            net/mptcp/subflow.c: subflow_finish_connect
          since: after 6.12, by 6.18
        WinProbe: Probes sent because the window of the whole connection is closed.
          at: net/mptcp/protocol.c: mptcp_sendmsg_frag
          since: after 6.12, by 6.18
        """
}
