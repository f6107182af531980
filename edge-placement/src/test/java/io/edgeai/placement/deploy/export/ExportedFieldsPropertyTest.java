package io.edgeai.placement.deploy.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.edgeai.placement.deploy.PlannedService;
import io.edgeai.placement.model.AcceleratorNeed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each service of a random fleet with odd names is found again in what each exporter writes, figure by figure. */
class ExportedFieldsPropertyTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String LABEL = "[a-z]([-a-z0-9]{0,61}[a-z0-9])?";
    private static final List<String> NAMES = List.of(
            "defects",
            "a",
            "a-b",
            "b",
            "b-c",
            "c",
            "A",
            "ü",
            "it's",
            "$HOME",
            "x y",
            "x/y",
            "x\u0085y",
            "\"q\"",
            "7",
            "-",
            "line\nbreak",
            "${X:-y}",
            "ends-",
            "..",
            "a".repeat(100),
            "a".repeat(99) + "b");

    /** Up to eight services, no two of one name on one site. */
    private static List<PlannedService> fleet(SplittableRandom random) {
        Map<List<String>, PlannedService> fleet = new LinkedHashMap<>();
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
            String site = NAMES.get(random.nextInt(NAMES.size()));
            String name = NAMES.get(random.nextInt(NAMES.size()));
            int milli = random.nextBoolean() ? 0 : 1 + random.nextInt(1000);
            fleet.put(
                    List.of(site, name),
                    new PlannedService(
                            site,
                            Collections.nCopies(1 + random.nextInt(3), "node"),
                            name,
                            name,
                            "v" + random.nextInt(3),
                            random.nextInt(3) * 750L,
                            random.nextInt(3) * 300_000_001L,
                            milli == 0 ? AcceleratorNeed.NONE : new AcceleratorNeed("t4", milli, 0)));
        }
        return List.copyOf(fleet.values());
    }

    private static int devices(PlannedService service) {
        return (int) Math.ceil(service.accelerator().milli() / 1000.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kubernetes", "kserve", "greengrass", "nomad"})
    void everyServiceHasAFileOfItsOwn(String format) {
        for (long seed = 0; seed < 300; seed++) {
            List<PlannedService> fleet = fleet(new SplittableRandom(seed));
            Map<String, String> files = PlanExporters.named(format).export(fleet, Plans.SETTINGS);
            assertThat(files).as("seed %d, %s", seed, fleet).hasSameSizeAs(fleet);
            assertThat(files.keySet()).as("seed %d", seed).allMatch(name -> name.matches("[a-z][-a-z0-9]*\\.[a-z.]+"));
        }
    }

    @ParameterizedTest
    @CsvSource({"a-b, c, a, b-c", "a/v-b, c, a/v, b-c", "x-, y, x, -y", "A-B, C, A, B-C"})
    void whereTheNameEndsAndTheSiteBeginsMatters(String name, String site, String otherName, String otherSite) {
        PlannedService one = named(name, site);
        PlannedService other = named(otherName, otherSite);
        assertThat(KubernetesExport.name(one)).matches(LABEL).isNotEqualTo(KubernetesExport.name(other));
    }

    private static PlannedService named(String name, String site) {
        return new PlannedService(site, List.of("n"), name, name, "v", 0, 0, AcceleratorNeed.NONE);
    }

    @Test
    void kubernetesSaysReplicasEnvironmentAndResources() throws IOException {
        for (long seed = 0; seed < 150; seed++) {
            List<PlannedService> fleet = fleet(new SplittableRandom(seed));
            List<String> files = List.copyOf(
                    new KubernetesExport().export(fleet, Plans.SETTINGS).values());
            for (int i = 0; i < fleet.size(); i++) {
                PlannedService service = fleet.get(i);
                JsonNode deployment = YAML.readTree(files.get(i).split("---\n", 2)[0]);
                JsonNode container = deployment.at("/spec/template/spec/containers/0");
                Map<String, String> environment = new TreeMap<>();
                container
                        .get("env")
                        .forEach(each -> environment.put(
                                each.get("name").textValue(), each.get("value").textValue()));
                String as = "seed " + seed + ", " + service;
                assertThat(deployment.at("/spec/replicas").intValue()).as(as).isEqualTo(service.replicas());
                assertThat(environment).as(as).isEqualTo(environment(service));
                JsonNode requests = container.at("/resources/requests");
                assertThat(requests.path("cpu").asText("0m")).as(as).isEqualTo(service.cpuMillis() + "m");
                assertThat(requests.path("memory").asText("0")).as(as).isEqualTo(Long.toString(service.memoryBytes()));
                assertThat(requests.path("nvidia.com/gpu").asText("0"))
                        .as(as)
                        .isEqualTo(Integer.toString(devices(service)));
                assertThat(container
                                .at("/resources/limits")
                                .path("nvidia.com/gpu")
                                .asText("0"))
                        .as(as)
                        .isEqualTo(Integer.toString(devices(service)));
            }
        }
    }

    private static Map<String, String> environment(PlannedService service) {
        return new TreeMap<>(Map.of(
                "EDGEAI_SERVICE", service.workload(),
                "EDGEAI_VARIANT", service.variant(),
                "EDGEAI_MODEL_URI", "s3://models/" + service.variant() + ".onnx"));
    }

    @Test
    void nomadJobsRoundUpToWholeCoresMebibytesAndDevices() {
        for (long seed = 0; seed < 150; seed++) {
            List<PlannedService> fleet = fleet(new SplittableRandom(seed));
            List<String> files =
                    List.copyOf(new NomadExport().export(fleet, Plans.SETTINGS).values());
            for (int i = 0; i < fleet.size(); i++) {
                PlannedService service = fleet.get(i);
                JsonNode group = Plans.json(files.get(i)).at("/Job/TaskGroups/0");
                JsonNode resources = group.at("/Tasks/0/Resources");
                String as = "seed " + seed + ", " + service;
                assertThat(group.get("Count").intValue()).as(as).isEqualTo(service.replicas());
                assertThat(resources.path("Cores").asInt()).as(as).isEqualTo((int)
                        Math.ceil(service.cpuMillis() / 1e3));
                assertThat(resources.path("MemoryMB").asLong()).as(as).isEqualTo((long)
                        Math.ceil(service.memoryBytes() / 1048576.0));
                assertThat(resources.at("/Devices/0/Count").asInt()).as(as).isEqualTo(devices(service));
                assertThat(group.at("/Tasks/0/Env/EDGEAI_SERVICE").textValue())
                        .as(as)
                        .isEqualTo(service.workload());
            }
        }
    }

    /** Compose replaces {@code $NAME}; two dollar signs are one. */
    @Test
    void composeFilesHoldEachServiceOfTheirSiteWithDollarSignsKept() throws IOException {
        for (long seed = 0; seed < 150; seed++) {
            List<PlannedService> fleet = fleet(new SplittableRandom(seed));
            List<String> found = new ArrayList<>();
            for (String file : new ComposeExport().export(fleet, Plans.SETTINGS).values()) {
                JsonNode site = YAML.readTree(file);
                assertThat(site.get("name").textValue()).as("seed %d", seed).matches(LABEL);
                for (JsonNode service : site.get("services")) {
                    String name = service.at("/environment/EDGEAI_SERVICE").textValue();
                    assertThat(name.replace("$$", "")).as("seed %d", seed).doesNotContain("$");
                    found.add(name.replace("$$", "$") + " x"
                            + service.at("/deploy/replicas").intValue());
                }
            }
            assertThat(found)
                    .as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(fleet.stream()
                            .map(service -> service.workload() + " x" + service.replicas())
                            .toList());
        }
    }

    @Test
    void noTwoModulesOfADeviceShareAPort() {
        for (long seed = 0; seed < 150; seed++) {
            List<PlannedService> fleet = fleet(new SplittableRandom(seed));
            int modules = 0;
            for (String file : new IotEdgeExport().export(fleet, Plans.SETTINGS).values()) {
                Set<String> ports = new HashSet<>();
                JsonNode site = Plans.json(file).at("/modulesContent/$edgeAgent/properties.desired/modules");
                for (JsonNode module : site) {
                    JsonNode options =
                            Plans.json(module.at("/settings/createOptions").textValue());
                    String port = options.at("/HostConfig/PortBindings/8000~1tcp/0/HostPort")
                            .textValue();
                    assertThat(ports.add(port))
                            .as("seed %d, port %s", seed, port)
                            .isTrue();
                    modules++;
                }
            }
            assertThat(modules)
                    .as("seed %d", seed)
                    .isEqualTo(fleet.stream().mapToInt(PlannedService::replicas).sum());
        }
    }

    /** A POSIX shell's reading of single quotes, written out. */
    @Test
    void greengrassCommandsQuoteWhatAShellWouldRead() {
        for (String name : NAMES) {
            String recipe = new GreengrassExport()
                    .export(List.of(named(name, "west")), Plans.SETTINGS)
                    .values()
                    .iterator()
                    .next();
            String run = Plans.json(recipe).at("/Manifests/0/Lifecycle/Run").textValue();
            assertThat(shellWord(run, run.indexOf("EDGEAI_SERVICE=")))
                    .as("name (%s)", name)
                    .isEqualTo("EDGEAI_SERVICE=" + name);
        }
    }

    private static String shellWord(String command, int from) {
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        for (int at = from; quoted || !Character.isWhitespace(command.charAt(at)); at++) {
            char next = command.charAt(at);
            if (next == '\'') {
                quoted = !quoted;
            } else if (next == '\\' && !quoted) {
                word.append(command.charAt(++at));
            } else {
                word.append(next);
            }
        }
        return word.toString();
    }
}
