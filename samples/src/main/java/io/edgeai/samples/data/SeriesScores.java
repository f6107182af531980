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

    /** Gives each row's score, asked once for each row in order. */
    @FunctionalInterface
    public interface Scorer {
        /** @return 0 to 1; from 0.5 on an alert */
        double score(long epochMillis, double value);
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

    /** @return rows that are alerts */
    public static int write(SeriesFile series, Scorer scorer, Format format, OutputStream out) throws IOException {
        out.write(("timestamp,value,anomaly_score" + format.verdict + "\n").getBytes(StandardCharsets.UTF_8));
        int alerts = 0;
        for (int row = 0; row < series.size(); row++) {
            double score = scorer.score(series.epochMillis(row), series.value(row));
            boolean alert = score >= 0.5;
            alerts += alert ? 1 : 0;
            String line = quoted(series.timestamp(row))
                    + ','
                    + quoted(series.text(row))
                    + ','
                    + digits(score)
                    + (format == Format.NAB ? "" : alert ? ",1" : ",0")
                    + '\n';
            out.write(line.getBytes(StandardCharsets.UTF_8));
        }
        return alerts;
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
