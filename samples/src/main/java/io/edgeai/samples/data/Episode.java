package io.edgeai.samples.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of a series that follow each other and are all alerts.
 *
 * @param from timestamp of the first, as it is in the file
 * @param fromMillis the same, in milliseconds since 1970
 * @param until timestamp of the last
 * @param rows how many they are
 * @param score the highest score among them, 0.5 to 1
 * @param value the value that has it
 */
public record Episode(String from, long fromMillis, String until, int rows, double score, double value) {
    /** The alerts of a series, in order; {@code scores} has one for each row. */
    public static List<Episode> of(SeriesFile series, double[] scores) {
        List<Episode> episodes = new ArrayList<>();
        int first = 0;
        for (int row = 0; row <= scores.length; row++) {
            boolean alert = row < scores.length && SeriesScores.alert(scores[row]);
            if (!alert) {
                if (row > first) {
                    episodes.add(between(series, scores, first, row));
                }
                first = row + 1;
            }
        }
        return episodes;
    }

    private static Episode between(SeriesFile series, double[] scores, int from, int end) {
        int highest = from;
        for (int row = from; row < end; row++) {
            highest = scores[row] > scores[highest] ? row : highest;
        }
        return new Episode(
                series.timestamp(from),
                series.epochMillis(from),
                series.timestamp(end - 1),
                end - from,
                scores[highest],
                series.value(highest));
    }
}
