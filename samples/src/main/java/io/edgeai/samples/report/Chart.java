package io.edgeai.samples.report;

/** A picture that draws itself. Implementations are mutable while they are filled, and not thread-safe. */
public sealed interface Chart permits LineChart, BarChart, HeatMap, ScatterChart, Timeline, SiteMap {
    /**
     * One {@code <svg>} element, coloured by the report's style sheet.
     *
     * @param label what it shows, in a sentence, for those who cannot see it
     */
    String svg(String label);
}
