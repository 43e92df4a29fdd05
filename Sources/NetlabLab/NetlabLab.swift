// NetlabLab
