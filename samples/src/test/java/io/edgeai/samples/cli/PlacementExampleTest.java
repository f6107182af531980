package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.edgeai.samples.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The problem that a newcomer begins with, by the arithmetic its text invites to. */
class PlacementExampleTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path dir;

    private Console written;

    @BeforeEach
    void write() {
        written = Console.run("place", "--example", dir);
    }

    private static List<String> sites(JsonNode plan, String workload) {
        List<String> sites = new ArrayList<>();
        plan.get("assignments").forEach(replica -> {
            if (replica.get("workload").textValue().equals(workload)) {
                sites.add(replica.get("site").textValue());
            }
        });
        return sites;
    }

    @ParameterizedTest
    @ValueSource(strings = {"latency-aware", "cost-efficient", "federated-ready"})
    void problemAndPlanFollowTheirSchemas(String strategy) throws IOException {
        Path plan = dir.resolve("plan.json");
        Console.run("place", dir.resolve("problem.json"), "--strategy", strategy, "-o", plan);

        for (String problem : List.of("problem.json", "day.json")) {
            assertThat(schema("placement-problem")
                            .validate(JSON.readTree(dir.resolve(problem).toFile())))
                    .isEmpty();
        }
        assertThat(schema("placement-plan").validate(JSON.readTree(plan.toFile())))
                .isEmpty();
    }

    private static JsonSchema schema(String name) throws IOException {
        Path docs = Path.of(System.getProperty("edgeai.root", ".."), "docs");
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(Files.readString(docs.resolve("cli/" + name + ".schema.json")));
    }

    /** Two cores, half a core beside it and two single cores, the cheapest sites that bounds and rules leave. */
    @ParameterizedTest
    @CsvSource({"cost-efficient,metro,cloud,0.24", "latency-aware,shop,metro,0.48"})
    void theStrategyDecidesAsTheTextSays(String strategy, String inspect, String otherReport, double money) {
        JsonNode plan =
                Answers.json(Console.run("place", dir.resolve("problem.json"), "--strategy", strategy, "--json"), 0);
        assertThat(plan.get("status").textValue()).isEqualTo("OPTIMAL");
        assertThat(sites(plan, "inspect")).containsExactly(inspect);
        assertThat(sites(plan, "count")).containsExactly(inspect);
        assertThat(sites(plan, "report")).containsExactlyInAnyOrder(inspect, otherReport);
        assertThat(plan.get("moneyPerHour").doubleValue()).isCloseTo(money, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"5,0,shop", "0.5,1,not placed: 1 of inspect"})
    void theChangesItSuggestsDoWhatItSays(String latency, int code, String told) throws IOException {
        Path problem = dir.resolve("problem.json");
        String text = Files.readString(problem);
        Files.writeString(problem, text.replace("\"latencyMillis\": 30", "\"latencyMillis\": " + latency));
        Console run = Console.run("place", problem, "--strategy", "cost-efficient");
        assertThat(run.code()).isEqualTo(code);
        assertThat(run.out()).contains(told);
    }

    /** 12 of 24 hours on 5 of 7 days, 8 of them in the sun; a quarter of a node of 20 to 60 W, 90 of 114 busy. */
    @Test
    void theDayIsAsItsTextSays() {
        Console told = Console.run("place", dir.resolve("day.json"), "--strategy", "cost-efficient", "--explain");
        JsonNode plan = Answers.json(
                Console.run("place", dir.resolve("day.json"), "--strategy", "cost-efficient", "--json"), 0);
        assertThat(sites(plan, "alarm")).containsExactly("cloud");
        assertThat(sites(plan, "faces")).containsExactly("shop");
        JsonNode faces = plan.get("assignments").get(0);
        assertThat(faces.get("batch").intValue()).isEqualTo(8);
        assertThat(faces.get("capacityPerSecond").doubleValue()).isCloseTo(8 / 0.07, within(1e-9));
        double watts = 0.25 * 20 + 90 * 0.07 / 8 * 0.25 * 40;
        double running = 12.0 * 5 / 168;
        assertThat(faces.get("watts").doubleValue()).isCloseTo(watts * running, within(1e-9));
        assertThat(faces.get("moneyPerHour").doubleValue())
                .isCloseTo(watts / 1000 * (8 * 0.10 + 4 * 0.30) * 5 / 168, within(1e-12));
        assertThat(faces.get("gramsPerHour").doubleValue())
                .isCloseTo(watts / 1000 * (8 * 120 + 4 * 380) * 5 / 168, within(1e-9));
        assertThat(told.out())
                .contains("rejected shop: hours: node main is on 06:00 to 22:00 (UTC+01:00)")
                .contains("faces@1 in batches of up to 8 (room for 114.286 requests/s)");
    }

    @Test
    void everyCommandOfTheTextRuns() throws IOException {
        List<String> commands = Files.readAllLines(dir.resolve("README.txt")).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("edgeai "))
                .toList();
        assertThat(commands).hasSize(5);
        for (String command : commands) {
            Object[] words = List.of(command.split(" ")).stream()
                    .skip(1)
                    .map(word -> word.contains(".") ? dir.resolve(word) : word)
                    .toArray();
            assertThat(Console.run(words).code()).as(command).isZero();
        }
        assertThat(dir.resolve("plan.html")).content().contains("metro", "inspect");
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        assertThat(written.code()).isZero();
        assertThat(written.out()).contains("next: edgeai place");
        Files.writeString(dir.resolve("problem.json"), "mine");
        Console again = Console.run("place", "--example", dir);
        assertThat(again.code()).isEqualTo(2);
        assertThat(again.err()).contains("(" + dir.resolve("problem.json") + ") exists already", "Maybe");
        assertThat(dir.resolve("problem.json")).hasContent("mine");
    }
}
