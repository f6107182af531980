package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Origin;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.Violation;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Random problems written as JSON by the schema here and read back; plans compared with their JSON value by value. */
class PlacementJsonRoundTripTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Path DOCS = Path.of(System.getProperty("edgeai.root", ".."), "docs");

    private static JsonSchema schema(String name) throws IOException {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(Files.readString(DOCS.resolve("cli/" + name + ".schema.json")));
    }

    private static ObjectNode write(PlacementProblem problem) {
        ObjectNode root = MAPPER.createObjectNode();
        ArrayNode sites = root.putArray("sites");
        problem.topology().sites().forEach(site -> sites.add(write(site)));
        ObjectNode rtt = root.putObject("network").putObject("rttMillis");
        problem.topology().network().links().forEach((origin, row) -> row.forEach(rtt.putObject(origin)::put));
        ArrayNode workloads = root.putArray("workloads");
        problem.workloads().forEach(workload -> workloads.add(write(workload)));
        return root;
    }

    private static ObjectNode write(Site site) {
        ObjectNode json = MAPPER.createObjectNode()
                .put("id", site.id())
                .put("region", site.region())
                .put("availability", site.availability());
        site.labels().forEach(json.putArray("labels")::add);
        json.putObject("price")
                .put("perNodeHour", site.price().perNodeHour())
                .put("perCoreHour", site.price().perCoreHour())
                .put("perAcceleratorHour", site.price().perAcceleratorHour())
                .put("perEgressGigabyte", site.price().perEgressGigabyte());
        json.putObject("power")
                .put("idleWatts", site.power().idleWatts())
                .put("busyWatts", site.power().busyWatts())
                .put("acceleratorWatts", site.power().acceleratorWatts())
                .put("gramsPerKilowattHour", site.power().gramsPerKilowattHour());
        json.putObject("trainingData")
                .put("samples", site.trainingData().samples())
                .put("optedIn", site.trainingData().optedIn());
        ArrayNode nodes = json.putArray("nodes");
        for (Node node : site.nodes()) {
            ObjectNode one = nodes.addObject()
                    .put("name", node.name())
                    .put("cpuMillis", node.cpuMillis())
                    .put("memoryBytes", node.memoryBytes())
                    .put("diskBytes", node.diskBytes())
                    .put("hardware", node.hardware())
                    .put("gigaMacsPerSecondPerCore", node.gigaMacsPerSecondPerCore());
            ArrayNode devices = one.putArray("accelerators");
            for (Accelerator device : node.accelerators()) {
                devices.addObject()
                        .put("kind", device.kind())
                        .put("memoryBytes", device.memoryBytes())
                        .put("gigaMacsPerSecond", device.gigaMacsPerSecond());
            }
        }
        return json;
    }

    private static ObjectNode write(Workload workload) {
        ObjectNode json = MAPPER.createObjectNode()
                .put("name", workload.name())
                .put("replicas", workload.replicas())
                .put("priority", workload.priority())
                .put("cpuMillis", workload.cpuMillis())
                .put("ratePerSecond", workload.demand().ratePerSecond())
                .put("requestBytes", workload.demand().requestBytes())
                .put("latencyMillis", workload.demand().latencyMillis())
                .put("quantile", workload.demand().quantile())
                .put("minimumAccuracy", workload.policy().minimumAccuracy())
                .put("minimumAvailability", workload.policy().minimumAvailability())
                .put("spread", workload.policy().spread().name())
                .put("federated", workload.policy().federated());
        if (!workload.accelerator().none()) {
            json.putObject("accelerator")
                    .put("kind", workload.accelerator().kind())
                    .put("milli", workload.accelerator().milli())
                    .put("memoryBytes", workload.accelerator().memoryBytes());
        }
        workload.policy().residency().forEach(json.putArray("residency")::add);
        workload.policy().requiredLabels().forEach(json.putArray("requiredLabels")::add);
        workload.policy().near().forEach(json.putArray("near")::add);
        workload.policy().awayFrom().forEach(json.putArray("awayFrom")::add);
        ArrayNode origins = json.putArray("origins");
        for (Origin origin : workload.demand().origins()) {
            origins.addObject().put("name", origin.name()).put("share", origin.share());
        }
        ArrayNode variants = json.putArray("variants");
        for (Variant variant : workload.variants()) {
            ObjectNode one = variants.addObject()
                    .put("name", variant.name())
                    .put("accuracy", variant.accuracy())
                    .put("sizeBytes", variant.sizeBytes())
                    .put("memoryBytes", variant.memoryBytes())
                    .put("macs", variant.macs())
                    .put("energyFactor", variant.energyFactor());
            variant.measuredMillis().forEach(one.putObject("measuredMillis")::put);
        }
        return json;
    }

    @Test
    void aWrittenProblemFollowsTheSchemaAndReadsBackEqual() throws IOException {
        JsonSchema schema = schema("placement-problem");
        for (long seed = 0; seed < 200; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            ObjectNode json = write(problem);
            assertThat(schema.validate(json)).as("seed %d", seed).isEmpty();
            PlacementProblem read = PlacementProblemJson.read(json.toPrettyString());
            assertThat(read.workloads()).as("seed %d", seed).isEqualTo(problem.workloads());
            assertThat(read.topology().sites())
                    .as("seed %d", seed)
                    .isEqualTo(problem.topology().sites());
            assertThat(read.topology().network().links())
                    .as("seed %d", seed)
                    .isEqualTo(problem.topology().network().links());
        }
    }

    @Test
    void aProblemReadBackIsPlacedTheSame() {
        for (long seed = 0; seed < 40; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            PlacementEngine engine = PlacementEngine.builder()
                    .strategy(PlacementStrategies.all().get((int) (seed % 7)))
                    .iterations(50)
                    .build();
            PlacementProblem read = PlacementProblemJson.read(write(problem).toString());
            assertThat(engine.place(read).toJson())
                    .as("seed %d", seed)
                    .isEqualTo(engine.place(problem).toJson());
        }
    }

    @Test
    void aPlansJsonHoldsEveryValueOfThePlan() throws IOException {
        JsonSchema schema = schema("placement-plan");
        int violations = 0;
        int relaxations = 0;
        for (long seed = 0; seed < 100; seed++) {
            PlacementPlan plan = PlacementEngine.builder()
                    .strategy(PlacementStrategies.all().get((int) (seed % 7)))
                    .iterations(50)
                    .build()
                    .place(RandomProblems.small(seed));
            JsonNode json = MAPPER.readTree(plan.toJson());
            assertThat(schema.validate(json)).as("seed %d", seed).isEmpty();
            assertThat(json.get("status").textValue()).isEqualTo(plan.status().name());
            assertThat(json.get("proven").booleanValue()).isEqualTo(plan.proven());
            same(json.get("bound"), plan.lowerBound());
            same(json.get("gap"), plan.gap());
            same(json.get("moneyPerHour"), plan.moneyPerHour());
            same(json.get("watts"), plan.watts());
            same(json.get("gramsPerHour"), plan.gramsPerHour());
            assertThat(json.get("missing")).hasSize(plan.missing().size());
            plan.missing()
                    .forEach((name, count) ->
                            assertThat(json.at("/missing/" + name).intValue()).isEqualTo(count));
            for (int i = 0; i < plan.assignments().size(); i++) {
                same(json.at("/assignments/" + i), plan.assignments().get(i));
            }
            for (int i = 0; i < plan.loads().size(); i++) {
                JsonNode load = json.at("/loads/" + i);
                assertThat(load.get("site").textValue())
                        .isEqualTo(plan.loads().get(i).site());
                same(load.get("cpuShare"), plan.loads().get(i).cpuShare());
                same(load.get("memoryShare"), plan.loads().get(i).memoryShare());
                same(load.get("acceleratorShare"), plan.loads().get(i).acceleratorShare());
            }
            List<Explanation.OfWorkload> of = plan.explain().workloads();
            for (int w = 0; w < of.size(); w++) {
                JsonNode told = json.at("/explanation/" + w);
                assertThat(told.get("workload").textValue()).isEqualTo(of.get(w).workload());
                assertThat(told.get("rejected")).hasSize(of.get(w).rejected().size());
                for (int r = 0; r < of.get(w).rejected().size(); r++) {
                    violations +=
                            same(told.at("/rejected/" + r), of.get(w).rejected().get(r));
                }
                assertThat(told.has("alternative"))
                        .isEqualTo(of.get(w).alternative().isPresent());
                of.get(w).alternative().ifPresent(other -> same(told.at("/alternative/delta"), other.delta()));
                assertThat(told.has("relaxation"))
                        .isEqualTo(of.get(w).relaxation().isPresent());
                if (of.get(w).relaxation().isPresent()) {
                    relaxations++;
                    Explanation.Relaxation way = of.get(w).relaxation().get();
                    assertThat(told.at("/relaxation/node").textValue()).isEqualTo(way.node());
                    assertThat(told.at("/relaxation/site").textValue()).isEqualTo(way.site());
                    same(told.at("/relaxation/effort"), way.effort());
                }
            }
        }
        assertThat(violations).isGreaterThan(100);
        assertThat(relaxations).isGreaterThan(20);
    }

    private static void same(JsonNode json, double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            assertThat(json.isNull()).isTrue();
        } else {
            assertThat(json.doubleValue()).isCloseTo(value, within(1e-12 * (1 + Math.abs(value))));
        }
    }

    private static void same(JsonNode json, Assignment replica) {
        assertThat(json.get("workload").textValue())
                .isEqualTo(replica.workload().name());
        assertThat(json.get("replica").intValue()).isEqualTo(replica.replica());
        assertThat(json.get("site").textValue()).isEqualTo(replica.site().id());
        assertThat(json.get("node").textValue()).isEqualTo(replica.node().name());
        assertThat(json.get("variant").textValue()).isEqualTo(replica.variant().name());
        assertThat(json.get("device").intValue()).isEqualTo(replica.device());
        same(json.get("score"), replica.score());
        same(json.get("latencyMillis"), replica.estimate().latencyMillis());
        same(json.get("utilisation"), replica.estimate().utilisation());
        same(json.get("watts"), replica.estimate().watts());
        same(json.get("joulesPerInference"), replica.estimate().joulesPerInference());
    }

    private static int same(JsonNode json, Explanation.Rejection rejection) {
        assertThat(json.get("site").textValue()).isEqualTo(rejection.site());
        assertThat(json.get("node").textValue()).isEqualTo(rejection.node());
        double effort = 0;
        for (int v = 0; v < rejection.violations().size(); v++) {
            Violation violation = rejection.violations().get(v);
            JsonNode told = json.at("/violations/" + v);
            assertThat(told.get("constraint").textValue()).isEqualTo(violation.constraint());
            assertThat(told.get("message").textValue()).isEqualTo(violation.message());
            assertThat(told.get("repair").textValue()).isEqualTo(violation.repair());
            same(told.get("required"), violation.required());
            same(told.get("actual"), violation.actual());
            same(told.get("amount"), violation.amount());
            same(told.get("effort"), violation.effort());
            effort += told.get("effort").doubleValue();
        }
        assertThat(effort).isCloseTo(rejection.effort(), within(1e-9));
        return rejection.violations().size();
    }

    @Test
    void aNegativeCountOfDevicesIsNotReadAsNone() {
        String site = "{\"sites\":[{\"id\":\"a\",\"cpuMillis\":1,\"memoryBytes\":1,\"accelerators\":"
                + "[{\"kind\":\"x\",\"count\":%d}]}]}";
        assertThat(PlacementProblemJson.read(site.formatted(0))
                        .topology()
                        .sites()
                        .get(0)
                        .nodes()
                        .get(0)
                        .accelerators())
                .isEmpty();
        assertThatThrownBy(() -> PlacementProblemJson.read(site.formatted(-2)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("$.sites[0].accelerators[0]")
                .hasMessageContaining("(-2)");
    }
}
