package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.samples.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScaleCommandTest {
    @TempDir
    private Path dir;

    private Path trace;

    /** Ten minutes at 10 requests a second, two at 40, and again. */
    @BeforeEach
    void write() throws IOException {
        StringBuilder text = new StringBuilder("seconds,count\n");
        for (int i = 0; i < 24; i++) {
            text.append(60 * i).append(',').append(i % 12 < 10 ? 600 : 2400).append('\n');
        }
        trace = Files.writeString(dir.resolve("trace.csv"), text);
    }

    @Test
    void policiesAreComparedOnTheSameRequests() {
        JsonNode all = Answers.json(Console.run("scale", "simulate", trace, "--json"), 0);

        assertThat(all.fieldNames()).toIterable().containsExactly("oracle", "queueing", "kpa", "hpa-50", "static-peak");
        for (JsonNode each : all) {
            assertThat(each.get("requests").longValue()).isEqualTo(20 * 600 + 4 * 2400);
            assertThat(each.get("violations").doubleValue()).isBetween(0.0, 0.2);
        }
        double peak = all.get("static-peak").get("replicaHours").doubleValue();
        double ours = all.get("queueing").get("replicaHours").doubleValue();
        assertThat(ours).isLessThan(0.75 * peak);
        assertThat(peak)
                .as("24 minutes of the same number")
                .isCloseTo(0.4 * all.get("static-peak").get("peakReplicas").intValue(), within(0.1));
    }

    @Test
    void aColumnOfNumbersIsNotTakenForSingleRequests() throws IOException {
        Path requests = Files.writeString(
                dir.resolve("requests.csv"), Files.readString(trace).replace("seconds,count", "time, Requests"));
        Path values = Files.writeString(
                dir.resolve("values.csv"), Files.readString(trace).replace("seconds,count", "timestamp,value"));

        assertThat(Answers.json(Console.run("scale", "simulate", requests, "--policy", "kpa", "--json"), 0))
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.get("requests").longValue()).isEqualTo(20 * 600 + 4 * 2400));
        Console refused = Console.run("scale", "simulate", values);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("[timestamp, value]").contains("Maybe name the second one count");
    }

    @Test
    void eachChangeIsExplained() {
        Console console = Console.run(
                "scale", "simulate", trace, "--policy", "queueing", "--explain", "--fast", "50ms:0.9", "--scale", "2");
        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.out())
                .contains("requests/s over")
                .contains("replicas keep 1.00 % late")
                .contains("variant fast until");
    }

    @Test
    void whatCannotBeMeantIsNamed() {
        Answers.refused(Console.run("scale"), "scale simulate");
        Answers.refused(Console.run("scale", "simulate", trace, "--policy", "magic"), "magic", "queueing");
        Answers.refused(Console.run("scale", "simulate", dir.resolve("none.csv")), "none.csv");
        Answers.refused(Console.run("scale", "simulate", trace, "--fast", "50ms"), "50ms:0.91");
        assertThat(Console.run("scale", "simulate", trace, "--slo", "100ms").err())
                .contains("shorter than a request");
    }
}
