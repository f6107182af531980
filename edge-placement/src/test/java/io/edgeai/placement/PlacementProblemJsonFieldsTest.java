package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.edgeai.core.error.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every field of a full problem changed one at a time: the complaint must name the place. */
class PlacementProblemJsonFieldsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String FULL =
            """
            {"sites":[{"id":"a","region":"r","coordinates":{"latitude":1,"longitude":2},"availability":0.9,
             "labels":["l"],"price":{"perNodeHour":1,"perCoreHour":1,"perAcceleratorHour":1,"perEgressGigabyte":1,
              "perKilowattHour":{"values":[0.3,0.2],"utcOffset":"Z"}},
             "power":{"idleWatts":1,"busyWatts":2,"acceleratorWatts":3,"gramsPerKilowattHour":4},
             "trainingData":{"samples":5,"optedIn":true},"holds":["v"],
             "nodes":[{"name":"n","cpuMillis":1000,"memoryBytes":1000,"diskBytes":1000,"hardware":"cpu",
              "gigaMacsPerSecondPerCore":3,"accelerators":[{"kind":"t4","count":1,"memoryBytes":7,
              "gigaMacsPerSecond":9}],
              "on":{"windows":[{"days":["MON","SUN"],"from":"06:00","to":"22:30"}],"utcOffset":"+01:00"},
              "price":{"perNodeHour":1,"perCoreHour":{"values":[1,2,3],"utcOffset":"-05:30"}},
              "power":{"gramsPerKilowattHour":2}}]}],
             "network":{"accessMillis":1,"stretch":2,"defaultMegabitsPerSecond":10,"rttMillis":{"o":{"a":3}},
              "megabitsPerSecond":{"a":100}},
             "workloads":[{"name":"w","variants":[{"name":"v","accuracy":0.5,"sizeBytes":1,"memoryBytes":1,"macs":1,
              "measuredMillis":{"cpu":1,"t4":{"1":2,"8":5}},"energyFactor":1,
              "digest":"sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"}],"replicas":1,"priority":2,"cpuMillis":10,
              "accelerator":{"kind":"t4","milli":10,"memoryBytes":1},"ratePerSecond":1,"requestBytes":1,
              "latencyMillis":100,"quantile":0.9,"origins":[{"name":"o","share":1,
              "coordinates":{"latitude":1,"longitude":2}}],"minimumAccuracy":0.1,"minimumAvailability":0.1,
              "residency":["r"],"requiredLabels":["l"],"spread":"SITE","near":[],"awayFrom":[],"federated":true,"gang":"g",
              "runs":{"windows":[{"days":["MON"],"from":"08:00","to":"18:00"}],"utcOffset":"+02:00"}}]}
            """;

    private record Field(String pointer, String name) {
        String path() {
            return "$" + pointer.replaceAll("/(\\d+)", "[$1]").replace('/', '.') + "." + name;
        }
    }

    private static List<Field> fields(JsonNode node, String pointer) {
        List<Field> all = new ArrayList<>();
        if (node.isObject()) {
            node.properties().forEach(entry -> {
                all.add(new Field(pointer, entry.getKey()));
                all.addAll(fields(entry.getValue(), pointer + "/" + entry.getKey()));
            });
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            all.addAll(fields(node.get(i), pointer + "/" + i));
        }
        return all;
    }

    private static JsonNode full() throws IOException {
        return MAPPER.readTree(FULL);
    }

    private static ObjectNode parent(JsonNode root, Field field) {
        return (ObjectNode) root.at(field.pointer());
    }

    @Test
    void theFullProblemReadsAndNamesEveryField() throws IOException {
        assertThat(PlacementProblemJson.read(FULL).workloads()).hasSize(1);
        assertThat(fields(full(), "")).hasSizeGreaterThan(60);
    }

    @Test
    void aFieldOfAnotherTypeIsNamedByItsPath() throws IOException {
        for (Field field : fields(full(), "")) {
            JsonNode root = full();
            ObjectNode parent = parent(root, field);
            JsonNode wrong = parent.get(field.name()).isTextual() ? MAPPER.readTree("[7]") : TextNode.valueOf("x");
            parent.set(field.name(), wrong);
            assertThatThrownBy(() -> PlacementProblemJson.read(root.toString()))
                    .as(field.path())
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("JSON at " + field.path() + " must be");
        }
    }

    @Test
    void aNullIsNoValue() throws IOException {
        for (Field field : fields(full(), "")) {
            JsonNode root = full();
            parent(root, field).putNull(field.name());
            assertThatThrownBy(() -> PlacementProblemJson.read(root.toString()))
                    .as(field.path())
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(field.path());
        }
    }

    @Test
    void onlyTheRequiredFieldsMayNotBeMissing() throws IOException {
        Set<String> required = Set.of(
                "$.sites[0].id",
                "$.sites[0].coordinates.latitude",
                "$.sites[0].coordinates.longitude",
                "$.sites[0].trainingData.samples",
                "$.sites[0].nodes[0].name",
                "$.sites[0].nodes[0].cpuMillis",
                "$.sites[0].nodes[0].memoryBytes",
                "$.sites[0].nodes[0].accelerators[0].kind",
                "$.sites[0].nodes[0].on.windows[0].from",
                "$.sites[0].nodes[0].on.windows[0].to",
                "$.workloads[0].runs.windows[0].from",
                "$.workloads[0].runs.windows[0].to",
                "$.workloads[0].name",
                "$.workloads[0].variants[0].name",
                "$.workloads[0].origins[0].name",
                "$.workloads[0].origins[0].coordinates.latitude",
                "$.workloads[0].origins[0].coordinates.longitude");
        for (Field field : fields(full(), "")) {
            JsonNode root = full();
            parent(root, field).remove(field.name());
            if (required.contains(field.path())) {
                assertThatThrownBy(() -> PlacementProblemJson.read(root.toString()))
                        .as(field.path())
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("JSON at " + field.path() + " is missing");
            } else if (!Set.of("variants", "nodes", "values").contains(field.name())) {
                assertThat(PlacementProblemJson.read(root.toString()).topology().sites())
                        .as(field.path())
                        .hasSize(field.path().equals("$.sites") ? 0 : 1);
            }
        }
    }

    @Test
    void anUnknownFieldIsNamedInEveryObjectThatHasFixedOnes() throws IOException {
        Set<String> free = Set.of("/network/rttMillis", "/network/rttMillis/o", "/network/megabitsPerSecond");
        Set<String> seen = new TreeSet<>();
        for (Field field : fields(full(), "")) {
            if (free.contains(field.pointer())
                    || field.pointer().endsWith("measuredMillis")
                    || !seen.add(field.pointer())) {
                continue;
            }
            JsonNode root = full();
            parent(root, field).put("colour", 1);
            String path = new Field(field.pointer(), "colour").path();
            assertThatThrownBy(() -> PlacementProblemJson.read(root.toString()))
                    .as(path)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("JSON at " + path + " is not known");
        }
        assertThat(seen).hasSizeGreaterThan(10);
    }

    @ParameterizedTest
    @CsvSource({
        "/sites/0/coordinates,latitude,91,$.sites[0]",
        "/sites/0/coordinates,longitude,-181,$.sites[0]",
        "/sites/0,availability,1.5,$.sites[0]",
        "/sites/0/price,perCoreHour,-1,$.sites[0].price",
        "/sites/0/power,idleWatts,3,$.sites[0].power",
        "/sites/0/trainingData,samples,-1,$.sites[0].trainingData",
        "/sites/0/nodes/0,memoryBytes,-1,$.sites[0].nodes[0]",
        "/sites/0/nodes/0/accelerators/0,count,1025,$.sites[0].nodes[0].accelerators[0].count",
        "/sites/0/nodes/0/accelerators/0,memoryBytes,-2,$.sites[0].nodes[0].accelerators[0]",
        "/sites/0/price/perKilowattHour,values,[],$.sites[0].price.perKilowattHour",
        "/sites/0/price/perKilowattHour,utcOffset,'\"25:00\"',$.sites[0].price.perKilowattHour",
        "/sites/0/price,perNodeHour,'[1,-1]',$.sites[0].price",
        "/sites/0/nodes/0/price/perCoreHour,values,'[1,-2]',$.sites[0].nodes[0].price.perCoreHour",
        "/sites/0/nodes/0/power,gramsPerKilowattHour,-1,$.sites[0].nodes[0].power",
        "/sites/0/nodes/0/on/windows/0,days,[],$.sites[0].nodes[0].on.windows[0]",
        "/sites/0/nodes/0/on/windows/0,days,'[\"MOON\"]',$.sites[0].nodes[0].on.windows[0]",
        "/sites/0/nodes/0/on/windows/0,to,'\"24:00\"',$.sites[0].nodes[0].on.windows[0]",
        "/workloads/0/runs/windows/0,from,'\"8:00:01\"',$.workloads[0].runs.windows[0]",
        "/workloads/0/runs,utcOffset,'\"Berlin\"',$.workloads[0].runs",
        "/network,stretch,0.99,$.network",
        "/network,accessMillis,-1,$.network",
        "/network/rttMillis/o,a,-3,$.network",
        "/network/megabitsPerSecond,a,0,$.network",
        "/workloads/0,replicas,0,$.workloads[0]",
        "/workloads/0,replicas,10001,$.workloads[0].replicas",
        "/workloads/0,cpuMillis,-1,$.workloads[0]",
        "/workloads/0/accelerator,milli,1001,$.workloads[0].accelerator.milli",
        "/workloads/0/accelerator,milli,-1,$.workloads[0].accelerator",
        "/workloads/0,ratePerSecond,-1,$.workloads[0]",
        "/workloads/0,requestBytes,-1,$.workloads[0]",
        "/workloads/0,latencyMillis,0,$.workloads[0]",
        "/workloads/0,quantile,1,$.workloads[0]",
        "/workloads/0,minimumAccuracy,1.01,$.workloads[0]",
        "/workloads/0,minimumAvailability,-0.1,$.workloads[0]",
        "/workloads/0/origins/0,share,0,$.workloads[0].origins[0]",
        "/workloads/0/variants/0,accuracy,1.01,$.workloads[0].variants[0]",
        "/workloads/0/variants/0,energyFactor,-1,$.workloads[0].variants[0]",
        "/workloads/0/variants/0/measuredMillis,cpu,-1,$.workloads[0].variants[0]",
        "/workloads/0/variants/0/measuredMillis/t4,8,0,$.workloads[0].variants[0]",
        "/workloads/0/variants/0/measuredMillis/t4,5000,1,$.workloads[0].variants[0]",
        "/workloads/0/variants/0/measuredMillis/t4,08,1,$.workloads[0].variants[0].measuredMillis.t4.08",
        "/workloads/0/variants/0/measuredMillis/t4,0,1,$.workloads[0].variants[0].measuredMillis.t4.0"
    })
    void aValueOutOfRangeIsLocated(String pointer, String name, String value, String path) throws IOException {
        JsonNode root = full();
        ((ObjectNode) root.at(pointer)).set(name, MAPPER.readTree(value));
        assertThatThrownBy(() -> PlacementProblemJson.read(root.toString()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("JSON at " + path);
    }

    @Test
    void wholeNumbersBeyondSixtyFourBitsAreRefused() throws IOException {
        JsonNode root = full();
        ((ObjectNode) root.at("/sites/0/nodes/0")).set("memoryBytes", MAPPER.readTree("9223372036854775808"));
        assertThatThrownBy(() -> PlacementProblemJson.read(root.toString()))
                .hasMessageContaining("$.sites[0].nodes[0].memoryBytes must be a whole number");
    }
}
