package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.samples.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceCommandTest {
    /** One site is near and dear, one far and cheap. */
    private static final String PROBLEM =
            """
            {"sites": [
               {"id": "near", "cpuMillis": 4000, "memoryBytes": 8000000000, "price": {"perCoreHour": 0.50},
                "power": {"idleWatts": 10, "busyWatts": 40}},
               {"id": "far", "cpuMillis": 4000, "memoryBytes": 8000000000, "price": {"perCoreHour": 0.01},
                "power": {"idleWatts": 100, "busyWatts": 400}}],
             "network": {"rttMillis": {"shop": {"near": 2, "far": 40}}},
             "workloads": [
               {"name": "faces", "ratePerSecond": 10, "latencyMillis": %s, "cpuMillis": 1000,
                "origins": [{"name": "shop"}],
                "variants": [{"name": "faces@1", "memoryBytes": 1000000, "macs": 1000000}]}]}
            """;

    @TempDir
    Path dir;

    private Path problem(int latencyMillis) {
        return file("problem.json", PROBLEM.formatted(latencyMillis));
    }

    private Path file(String name, String text) {
        try {
            return Files.writeString(dir.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"latency-aware,near", "cost-efficient,far", "energy-efficient,near", "COST_EFFICIENT,far"})
    void theStrategyDecides(String strategy, String site) {
        JsonNode plan = Answers.json(Console.run("place", problem(500), "--strategy", strategy, "--json"), 0);

        assertThat(plan.get("status").textValue()).isEqualTo("OPTIMAL");
        assertThat(plan.get("assignments")).hasSize(1);
        assertThat(plan.get("assignments").get(0).get("site").textValue()).isEqualTo(site);
        assertThat(plan.get("missing")).isEmpty();
    }

    @Test
    void aBoundOverrulesThePrice() {
        JsonNode plan = Answers.json(Console.run("place", problem(20), "--strategy", "cost-efficient", "--json"), 0);

        assertThat(plan.get("assignments").get(0).get("site").textValue()).isEqualTo("near");
    }

    @Test
    void thePageShowsThePlanAndTheReasons() {
        Console plain = Console.run("place", problem(500), "--strategy", "cost-efficient");
        Console explained = Console.run("place", problem(20), "--strategy", "cost-efficient", "--explain");

        assertThat(plain.code()).isZero();
        assertThat(plain.out())
                .contains("workload", "faces", "far", "optimal by cost-efficient", "gap 0.00 %")
                .doesNotContain("rejected");
        assertThat(explained.out()).contains("placed on near", "rejected far");
    }

    /** The shop is off at night; its power costs 0.1 by day and 0.3 by night, elsewhere a core costs 0.02 at any hour. */
    @Test
    void hoursOfPricesNodesAndWorkloads() {
        String text =
                """
                {"sites": [
                   {"id": "shop", "cpuMillis": 1000, "memoryBytes": 1000000000,
                    "price": {"perKilowattHour": [0.3, 0.1]}, "power": {"idleWatts": 40, "busyWatts": 40},
                    "on": [{"from": "06:00", "to": "22:00"}]},
                   {"id": "cloud", "cpuMillis": 1000, "memoryBytes": 1000000000, "price": {"perCoreHour": 0.02}}],
                 "workloads": [{"name": "till", %s "variants": [{"name": "till@1"}]}]}
                """;
        Path night = file("night.json", text.formatted(""));
        Path day = file("day.json", text.formatted("\"runs\": [{\"from\": \"08:00\", \"to\": \"18:00\"}],"));

        Console always = Console.run("place", night, "--strategy", "cost-efficient", "--explain");
        JsonNode plan = Answers.json(Console.run("place", day, "--strategy", "cost-efficient", "--json"), 0);

        assertThat(always.out())
                .contains("placed on cloud")
                .contains("rejected shop: hours: node main is on 06:00 to 22:00 (UTC), but the workload runs always")
                .contains("0.020 an hour");
        JsonNode till = plan.get("assignments").get(0);
        assertThat(till.get("site").textValue()).isEqualTo("shop");
        assertThat(till.get("moneyPerHour").doubleValue())
                .as("40 W at 0.2 on average, 10 of 24 hours")
                .isCloseTo(0.04 * 0.2 * 10 / 24, within(1e-12));
        assertThat(till.get("watts").doubleValue()).isCloseTo(40.0 * 10 / 24, within(1e-9));
    }

    /** 250 a second one by one, 800 by eights. */
    @Test
    void theSizeOfBatchesIsChosenAndTold() {
        Path problem = file(
                "batches.json",
                """
                {"sites": [{"id": "s", "cpuMillis": 1000, "memoryBytes": 1000000000, "hardware": "arm"}],
                 "workloads": [{"name": "faces", "ratePerSecond": 500,
                   "variants": [{"name": "faces@1", "measuredMillis": {"arm": {"1": 4, "8": 10}}}]}]}
                """);

        Console shown = Console.run("place", problem, "--explain");
        JsonNode plan = Answers.json(Console.run("place", problem, "--json"), 0);

        assertThat(shown.out()).contains("faces@1 x8", "in batches of up to 8 (room for 800 requests/s)");
        assertThat(plan.at("/assignments/0/batch").intValue()).isEqualTo(8);
        assertThat(plan.at("/assignments/0/utilisation").doubleValue()).isCloseTo(0.625, within(1e-12));
    }

    @Test
    void exactPlansAreProven() {
        JsonNode plan = Answers.json(
                Console.run("place", problem(500), "--strategy", "cost-efficient", "--exact", "--json"), 0);

        assertThat(plan.get("status").textValue()).isEqualTo("OPTIMAL");
        Answers.json(Console.run("place", problem(1), "--strategy", "cost-efficient", "--exact", "--json"), 1);
    }

    @Test
    void whatDoesNotFitIsAFindingWithTheWayOut() {
        Path output = dir.resolve("plan.json");
        Console page = Console.run("place", problem(1), "--strategy", "latency-aware", "-o", output);
        JsonNode plan = Answers.json(Console.run("place", problem(1), "--strategy", "latency-aware", "--json"), 1);

        assertThat(page.code()).isEqualTo(1);
        assertThat(page.err()).isEmpty();
        assertThat(page.out())
                .contains("infeasible by latency-aware", "not placed: 1 of faces", "rejected near", "cheapest way out")
                .contains("conflict: faces do not fit with faces: latency at most 1 ms")
                .contains("-> " + output);
        assertThat(plan.get("status").textValue()).isEqualTo("INFEASIBLE");
        assertThat(plan.get("missing").toString()).contains("faces");
        assertThat(plan.get("explanation")).isNotEmpty();
    }

    @Test
    void theFileIsWhatJsonPrints() throws IOException {
        Path output = dir.resolve("deep").resolve("plan.json");

        JsonNode printed = Answers.json(
                Console.run("place", problem(500), "--strategy", "cost-efficient", "-o", output, "--json"), 0);

        assertThat(Answers.parse(Files.readString(output))).isEqualTo(printed);
    }

    @Test
    void theSameSeedGivesTheSamePlan() {
        Console one = Console.run("place", problem(500), "--seed", 3, "--json");
        Console two = Console.run("place", problem(500), "--seed", 3, "--budget", "2s", "--json");

        assertThat(one.out()).isEqualTo(two.out());
    }

    @Test
    void aRunningPlanComesCloserToAnotherStrategyByFewMoves() throws IOException {
        Path running = dir.resolve("running.json");
        Path after = dir.resolve("after.json");
        Console.run("place", problem(500), "--strategy", "latency-aware", "-o", running);

        JsonNode change = Answers.json(
                Console.run(
                        "place",
                        problem(500),
                        "--strategy",
                        "cost-efficient",
                        "--rebalance",
                        running,
                        "-o",
                        after,
                        "--json"),
                0);
        JsonNode held = Answers.json(
                Console.run(
                        "place",
                        problem(500),
                        "--strategy",
                        "cost-efficient",
                        "--rebalance",
                        running,
                        "--moves",
                        0,
                        "--json"),
                0);

        assertThat(change.get("moves")).hasSize(1);
        assertThat(change.at("/moves/0/from/site").textValue()).isEqualTo("near");
        assertThat(change.at("/moves/0/to/site").textValue()).isEqualTo("far");
        assertThat(change.get("objectiveAfter").doubleValue())
                .isLessThan(change.get("objectiveBefore").doubleValue());
        assertThat(Answers.parse(Files.readString(after))
                        .at("/assignments/0/site")
                        .textValue())
                .isEqualTo("far");
        assertThat(held.get("moves")).isEmpty();
    }

    @Test
    void whatRunsAndIsNotWantedStops() {
        Path running = file(
                "running.json",
                """
                {"assignments": [{"workload": "gone", "replica": 2, "site": "shut", "node": "n", "variant": "v"}]}
                """);

        Console page = Console.run("place", problem(500), "--rebalance", running);

        assertThat(page.code()).isZero();
        assertThat(page.out()).contains("stops: gone#2 on shut/n", "dry run: 1 moves", "near/main");
        Answers.refused(Console.run("place", problem(500), "--rebalance", dir.resolve("none.json")), "none.json");
        Answers.refused(Console.run("place", problem(500), "--rebalance", running, "--moves", -1), "(-1) moves");
        Answers.refused(Console.run("place", problem(500), "--rebalance", file("x.json", "{}")), "assignments");
    }

    @Test
    void badInputIsRefused() {
        Answers.refused(Console.run("place", problem(5), "--strategy", "cheapest"), "(cheapest)", "cost-efficient");
        Answers.refused(Console.run("place", problem(5), "--budget", "10"), "--budget (10)");
        Answers.refused(Console.run("place", file("a.json", "{\"sites\": [")), "a.json");
        Answers.refused(Console.run("place", file("b.json", "{\"sites\": [], \"wrong\": 1}")), "wrong");
        Answers.refused(Console.run("place", dir), dir.toString());
        Answers.refused(Console.run("place", problem(5), "-o", dir), "is a folder");
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "10s,10000", "1.5s,1500", "2m,120000", "1H,3600000", "3 s,3000"})
    void timesHaveUnits(String text, long millis) {
        assertThat(Times.parse("--budget", text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "-1s", "0s", "1e3s", "25h", "10 apples", "0.0001ms"})
    void timesWithoutSenseAreRefused(String text) {
        assertThatThrownBy(() -> Times.parse("--budget", text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("--budget (" + text + ")");
    }

    @Test
    void anotherSolverFindsTheSamePlanAndIsNamed() {
        JsonNode ours = Answers.json(Console.run("place", problem(500), "--json"), 0);
        Console found = Console.run("place", problem(500), "--solver", "ortools", "--json");
        JsonNode theirs = Answers.json(found, 0);
        assertThat(ours.get("solver").textValue()).isEqualTo("built-in");
        assertThat(theirs.get("solver").textValue()).isEqualTo("ortools");
        assertThat(theirs.get("objective").doubleValue())
                .isCloseTo(ours.get("objective").doubleValue(), within(1e-9));
        assertThat(Console.run("place", problem(500), "--solver", "ortools").out())
                .contains(", found by ortools:");
        assertThat(Console.run("place", problem(500), "--solver", "gurobi").err())
                .contains("Maybe one of [built-in, ortools]?");
    }

    @Test
    void weightsChangeAndAddTermsSuchAsTheBytesToSend() {
        Path holding = file(
                "holding.json",
                PROBLEM.formatted(500)
                        .replace("\"id\": \"far\",", "\"id\": \"far\", \"holds\": [\"faces@1\"],")
                        .replace("\"memoryBytes\": 1000000,", "\"memoryBytes\": 1000000, \"sizeBytes\": 50000000,"));
        assertThat(site(Console.run("place", holding, "--json"))).isEqualTo("near");
        Console weighed = Console.run("place", holding, "--weight", "transfer=100", "--json");
        assertThat(site(weighed)).isEqualTo("far");
        assertThat(Answers.json(weighed, 0)
                        .get("assignments")
                        .get(0)
                        .get("transferBytes")
                        .longValue())
                .isZero();
        assertThat(site(Console.run("place", holding, "--weight", "transfer=100", "--weight", "latency=100", "--json")))
                .isEqualTo("near");
        assertThat(Console.run("place", holding, "--weight", "bytes=1").err()).contains("Maybe one of [latency,");
    }

    private static String site(Console answer) {
        return Answers.json(answer, 0).get("assignments").get(0).get("site").textValue();
    }

    @Test
    void aGangWithoutPlaceSaysWhoLacksOne() {
        String two = PROBLEM.formatted(500)
                .replace("\"name\": \"faces\",", "\"name\": \"faces\", \"gang\": \"shift\", \"replicas\": 3,");
        Console said = Console.run("place", file("gang.json", two));
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.out())
                .contains("not placed: 3 of faces")
                .contains("gang (shift) is placed whole or not at all: (faces) finds no place for 1 of 3 replicas");
    }
}
