package io.edgeai.optimize.partition;

import java.util.List;

/**
 * One way to deal a network out to tiers.
 *
 * @param cuts for each link, the number of nodes that run before it; equal neighbours leave a tier idle
 * @param compressed whether FLOAT values cross as 8-bit levels
 * @param computeMicros what each tier computes
 * @param sendMicros what each link takes on the way up
 * @param returnMicros what all links take to bring the answer back; 0 where nothing needs to come back
 * @param sentBytes bytes that cross each link on the way up
 * @param crossing names of the values that cross the links where they are cut, first link first
 */
public record TierChoice(
        List<Integer> cuts,
        boolean compressed,
        List<Double> computeMicros,
        List<Double> sendMicros,
        double returnMicros,
        List<Long> sentBytes,
        List<List<String>> crossing) {
    public TierChoice {
        cuts = List.copyOf(cuts);
        computeMicros = List.copyOf(computeMicros);
        sendMicros = List.copyOf(sendMicros);
        sentBytes = List.copyOf(sentBytes);
        crossing = List.copyOf(crossing);
    }

    /** Time from input to answer. */
    public double totalMicros() {
        return computeMicros.stream().mapToDouble(Double::doubleValue).sum()
                + sendMicros.stream().mapToDouble(Double::doubleValue).sum()
                + returnMicros;
    }
}
