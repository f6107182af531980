package io.edgeai.placement.solver;

/**
 * One way to place a replica of one group.
 *
 * @param node index of the node
 * @param site index of the node's site
 * @param variant index of the variant
 * @param cost what it adds to the objective; finite
 * @param cpuMillis thousandths of a core
 * @param memoryBytes main memory
 * @param diskBytes disk
 * @param deviceKind index of the kind of device on that node, or -1 for none
 * @param deviceMilli thousandths of one device
 * @param deviceMemoryBytes memory of that device
 * @param transferBytes what must be sent to the site for it
 */
public record Option(
        int node,
        int site,
        int variant,
        double cost,
        long cpuMillis,
        long memoryBytes,
        long diskBytes,
        int deviceKind,
        int deviceMilli,
        long deviceMemoryBytes,
        long transferBytes) {
    /** Where as many bytes must be sent as lie on disk. */
    public Option(
            int node,
            int site,
            int variant,
            double cost,
            long cpuMillis,
            long memoryBytes,
            long diskBytes,
            int deviceKind,
            int deviceMilli,
            long deviceMemoryBytes) {
        this(
                node,
                site,
                variant,
                cost,
                cpuMillis,
                memoryBytes,
                diskBytes,
                deviceKind,
                deviceMilli,
                deviceMemoryBytes,
                diskBytes);
    }
}
