package io.edgeai.monitor.resource;

/**
 * What the process used at one moment; NaN where it cannot be read here.
 *
 * @param cpuLoad share of all processors, 0 to 1
 * @param heapBytes heap in use
 * @param residentBytes physical memory held, native parts included
 * @param joules energy since the reading before: of the machine's processors and their memory, by the process' share of the CPU
 *     time that all processes used
 */
public record ResourceReading(double cpuLoad, double heapBytes, double residentBytes, double joules) {
    /** Nothing could be read. */
    public static final ResourceReading NONE = new ResourceReading(Double.NaN, Double.NaN, Double.NaN);

    /** A reading without energy. */
    public ResourceReading(double cpuLoad, double heapBytes, double residentBytes) {
        this(cpuLoad, heapBytes, residentBytes, Double.NaN);
    }
}
