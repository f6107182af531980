package io.edgeai.monitor.dashboard;

import java.util.List;

/**
 * One experiment as the page shows it.
 *
 * @param model what is compared versions of
 * @param requests units counted so far, all arms together
 * @param trustworthy false where the units do not fit the planned shares
 * @param rows every treatment in every metric
 */
public record ExperimentCard(String model, long requests, boolean trustworthy, List<Row> rows) {
    public ExperimentCard {
        rows = List.copyOf(rows);
    }

    /**
     * A treatment against the control in one metric.
     *
     * @param treatment its name
     * @param metric its name
     * @param outcome what it comes to, one word or two
     * @param difference treatment − control, in the metric's unit
     * @param low lower end of its interval; may be infinite
     * @param high upper end
     * @param pValue always valid
     */
    public record Row(
            String treatment,
            String metric,
            String outcome,
            double difference,
            double low,
            double high,
            double pValue) {}
}
