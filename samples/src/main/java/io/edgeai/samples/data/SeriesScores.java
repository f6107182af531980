package io.edgeai.samples.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a series with the score of each row: {@code timestamp,value,anomaly_score,alert}. Timestamps and values are
 * the texts of the input; scores have six digits after the point, rounded down, so that 0.5 in the file is an alert.
 */
public final class SeriesScores {
    private SeriesScores() {}

    /** Whether a score, 0 to 1, is an alert: from 0.5 on. */
    public static boolean alert(double score) {
        return score >= 0.5;
    }

    /** Which columns are written. */
    public enum Format {
        /** With the verdict: {@code timestamp,value,anomaly_score,alert}. */
        CSV(",alert"),
        /** As the Numenta Anomaly Benchmark reads results: {@code timestamp,value,anomaly_score}. */
        NAB("");

        private final String verdict;

        Format(String verdict) {
            this.verdict = verdict;
        }
    }

    /** @param scores one for each row, 0 to 1 */
    public static void write(SeriesFile series, double[] scores, Format format, OutputStream out) throws IOException {
        out.write(("timestamp,value,anomaly_score" + format.verdict + "\n").getBytes(StandardCharsets.UTF_8));
        for (int row = 0; row < series.size(); row++) {
            String line = quoted(series.timestamp(row))
                    + ','
                    + quoted(series.text(row))
                    + ','
                    + digits(scores[row])
                    + (format == Format.NAB ? "" : alert(scores[row]) ? ",1" : ",0")
                    + '\n';
            out.write(line.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String digits(double score) {
        long millionths = (long) Math.floor(score * 1e6);
        String fraction = Long.toString(1_000_000 + millionths % 1_000_000).substring(1);
        return millionths / 1_000_000 + "." + fraction;
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
