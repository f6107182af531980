package io.edgeai.monitor.resource;

/**
 * What the process used at one moment; NaN where it cannot be read here.
 *
 * @param cpuLoad share of all processors, 0 to 1
 * @param heapBytes heap in use
 * @param residentBytes physical memory held, native parts included
 */
public record ResourceReading(double cpuLoad, double heapBytes, double residentBytes) {
    /** Nothing could be read. */
    public static final ResourceReading NONE = new ResourceReading(Double.NaN, Double.NaN, Double.NaN);
}
