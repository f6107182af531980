package io.edgeai.samples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.autoscale.replay.Trace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceFileTest {
    @TempDir
    private Path dir;

    private Path file(String text) throws IOException {
        return Files.writeString(dir.resolve("trace.csv"), text);
    }

    private static double[] counts(Trace trace) {
        double[] counts = new double[trace.bins()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = trace.count(i);
        }
        return counts;
    }

    @Test
    void countedBinsKeepTheirLengthAndGaps() throws IOException {
        Trace trace = TraceFile.read(
                file("period,count\n1998-05-01 00:00:00,841\n1998-05-01 00:01:00,737\n\n1998-05-01 00:04:00,5.5\n"));
        assertThat(trace.binSeconds()).isEqualTo(60);
        assertThat(counts(trace)).containsExactly(841, 737, 0, 0, 5.5);
    }

    @Test
    void rowsWithoutCountsAreRequests() throws IOException {
        Trace trace = TraceFile.read(
                file(
                        """
                        TIMESTAMP,ContextTokens
                        2023-11-16 18:17:03.9799600,4808
                        2023-11-16 18:17:04.0319600,3180
                        2023-11-16 18:17:06.0781490,110
                        """));
        assertThat(trace.binSeconds()).isEqualTo(1);
        assertThat(counts(trace)).containsExactly(2, 0, 1);
    }

    @Test
    void numbersAreSecondsAndFilesMayBeZipped() throws IOException {
        Path zipped = dir.resolve("t.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
            out.write("seconds,count\n0,3\n2,4\n4,5\n".getBytes(StandardCharsets.UTF_8));
        }
        Trace trace = TraceFile.read(zipped);
        assertThat(trace.binSeconds()).isEqualTo(2);
        assertThat(counts(trace)).containsExactly(3, 4, 5);
        assertThat(counts(TraceFile.read(file("seconds,count\n0,7\n")))).containsExactly(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "seconds,count\n",
                "seconds,count\n0,1\n0,2\n",
                "seconds,count\n5,1\n6,2\n4,1\n",
                "seconds,count\nyesterday,1\n",
                "seconds,count\n1\n",
                "seconds,count\n1,many\n",
                "seconds,count\n1,-4\n",
                "seconds,count\n0,1\n1,1\n99999999999,1\n"
            })
    void whatIsNoTraceIsRefused(String text) throws IOException {
        Path file = file(text);
        assertThatThrownBy(() -> TraceFile.read(file)).isInstanceOf(InvalidInputException.class);
    }
}
