// NetlabRunner
