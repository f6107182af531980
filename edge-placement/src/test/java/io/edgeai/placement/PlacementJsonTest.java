package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementJsonTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Path DOCS = Path.of(System.getProperty("edgeai.root", ".."), "docs");

    private static String example() throws IOException {
        String guide = Files.readString(DOCS.resolve("guide/placement.md"));
        Matcher block = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL).matcher(guide);
        assertThat(block.find()).as("a json block in the guide").isTrue();
        return block.group(1);
    }

    private static JsonSchema schema(String name) throws IOException {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(Files.readString(DOCS.resolve("cli/" + name + ".schema.json")));
    }

    @Test
    void theGuidesExampleFollowsTheSchemaAndReadsAsWritten() throws IOException {
        assertThat(schema("placement-problem").validate(MAPPER.readTree(example())))
                .isEmpty();
        PlacementProblem problem = PlacementProblemJson.read(example());
        assertThat(problem.topology().sites()).hasSize(2);
        assertThat(problem.topology().sites().get(0).nodes().get(0).accelerators())
                .hasSize(2)
                .allSatisfy(device -> assertThat(device.kind()).isEqualTo("t4"));
        assertThat(problem.topology().sites().get(1).nodes()).hasSize(2);
        assertThat(problem.topology().network().links().get("factory")).containsEntry("clinic", 21.0);
        Workload defects = problem.workloads().get(0);
        assertThat(defects.demand().latency()).isEqualTo(Duration.ofMillis(80));
        assertThat(defects.policy().spread()).isEqualTo(Spread.SITE);
        assertThat(defects.variants().get(1).measuredMillis()).containsEntry("arm-a76", 11.5);
        assertThat(problem.workloads().get(1).policy().federated()).isTrue();
    }

    @Test
    void plansFollowTheirSchemaWhetherFeasibleOrNot() throws IOException {
        JsonSchema schema = schema("placement-plan");
        int infeasible = 0;
        for (long seed = 0; seed < 60; seed++) {
            PlacementPlan plan = PlacementEngine.builder()
                    .strategy(PlacementStrategies.all().get((int) (seed % 7)))
                    .iterations(50)
                    .build()
                    .place(RandomProblems.small(seed));
            JsonNode json = MAPPER.readTree(plan.toJson());
            assertThat(schema.validate(json)).as("seed %d", seed).isEmpty();
            assertThat(json.get("objective").doubleValue()).isCloseTo(plan.objective(), within(1e-12));
            assertThat(json.get("assignments")).hasSize(plan.assignments().size());
            infeasible += plan.feasible() ? 0 : 1;
        }
        assertThat(infeasible).isBetween(5, 55);
    }

    @Test
    void theExampleIsPlacedAndExplained() throws IOException {
        PlacementPlan plan = PlacementEngine.defaults()
                .place(PlacementProblemJson.read(example()))
                .orThrow();
        assertThat(plan.of("learner").get(0).site().id()).isEqualTo("clinic");
        JsonNode learner = MAPPER.readTree(plan.toJson()).get("explanation").get(1);
        assertThat(learner.at("/rejected/0/site").textValue()).isEqualTo("berlin");
        assertThat(learner.at("/rejected/0/violations/0/constraint").textValue())
                .isEqualTo("federated");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[1]|JSON at $ must be an object, not array",
                "{\"site\":[]}|JSON at $.site is not known. Maybe one of [sites, network, workloads]?",
                "{\"sites\":{}}|JSON at $.sites must be an array",
                "{\"sites\":[{\"id\":\"a\"}]}|JSON at $.sites[0].cpuMillis is missing",
                "{\"sites\":[{\"id\":\"a\",\"cpuMillis\":1.5,\"memoryBytes\":1}]}|$.sites[0].cpuMillis must be a whole",
                "{\"sites\":[{\"id\":\"a\",\"cpuMillis\":-1,\"memoryBytes\":1}]}|JSON at $.sites[0]: CPU of node",
                "{\"workloads\":[{\"name\":\"w\",\"variants\":[{\"name\":\"v\",\"accuracy\":2}]}]}"
                        + "|JSON at $.workloads[0].variants[0]: Accuracy of variant (v) (2.0)",
                "{\"workloads\":[{\"name\":\"w\",\"variants\":[]}]}|JSON at $.workloads[0]: Workload (w): it has no",
                "{\"workloads\":[{\"name\":\"w\",\"spread\":\"FAR\",\"variants\":[]}]}|Spread (FAR) is not known. Maybe",
                "{\"workloads\":[{\"name\":\"w\",\"latencyMillis\":\"1\",\"variants\":[]}]}"
                        + "|$.workloads[0].latencyMillis must be a number, not string",
                "{\"network\":{\"rttMillis\":{\"o\":{\"s\":-1}}}}|JSON at $.network: Round-trip time from (o) to (s)",
                "{\"network\":{\"rttMillis\":{\"o\":3}}}|JSON at $.network.rttMillis.o must be an object",
                "{\"sites\":[],\"sites\":[]}|Duplicate field 'sites'",
                "{\"sites\":[]} x|Problem is not JSON at line 1",
                "{\"sites\":|Problem is not JSON",
                "``|must be an object"
            })
    void complaintsNameThePath(String json, String complaint) {
        assertThatThrownBy(() -> PlacementProblemJson.read(json))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(complaint);
    }

    @Test
    void deepAndManyAreRefusedBeforeTheyCost() {
        assertThatThrownBy(() -> PlacementProblemJson.read("[".repeat(5000)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("depth");
        String million = "{\"sites\":[{\"id\":\"a\",\"cpuMillis\":1,\"memoryBytes\":1,\"accelerators\":"
                + "[{\"kind\":\"x\",\"count\":1000000000}]}]}";
        assertThatThrownBy(() -> PlacementProblemJson.read(million))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("$.sites[0].accelerators[0].count (1000000000) must be at most 1024");
    }

    @Test
    void filesAreReadAndMissingOnesNamed(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("problem.json");
        Files.writeString(file, example());
        assertThat(PlacementProblemJson.read(file).workloads())
                .isEqualTo(PlacementProblemJson.read(example()).workloads());
        assertThatThrownBy(() -> PlacementProblemJson.read(folder.resolve("none.json")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("none.json");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> PlacementProblemJson.read(file)).isInstanceOf(InvalidInputException.class);
    }
}
