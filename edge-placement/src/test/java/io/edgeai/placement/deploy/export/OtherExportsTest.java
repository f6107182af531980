package io.edgeai.placement.deploy.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Field by field against the published schemas and references; each set of names is that of the source named. */
class OtherExportsTest {
    /** RECIPE_REFERENCE.md of aws-greengrass-component-common, format 2020-01-25. */
    @Test
    void greengrassRecipesFollowTheirReference() {
        Map<String, String> files = new GreengrassExport().export(Plans.ALL, Plans.SETTINGS);
        assertThat(files).hasSize(3);
        for (String text : files.values()) {
            JsonNode recipe = Plans.json(text);
            assertThat(Set.of(
                            "RecipeFormatVersion",
                            "ComponentName",
                            "ComponentVersion",
                            "ComponentType",
                            "ComponentDescription",
                            "ComponentPublisher",
                            "ComponentConfiguration",
                            "ComponentDependencies",
                            "Manifests",
                            "Lifecycle"))
                    .containsAll(Plans.fields(recipe));
            assertThat(recipe.get("RecipeFormatVersion").textValue()).isEqualTo("2020-01-25");
            assertThat(recipe.get("ComponentName").textValue()).matches("[a-zA-Z0-9-_.]{1,128}");
            assertThat(recipe.get("ComponentVersion").textValue()).matches("\\d+\\.\\d+\\.\\d+");
            JsonNode manifest = recipe.get("Manifests").get(0);
            assertThat(Set.of("Name", "Platform", "Lifecycle", "Selections", "Artifacts"))
                    .containsAll(Plans.fields(manifest));
            assertThat(Set.of("Install", "Run", "Startup", "Shutdown", "Recover", "Bootstrap", "Setenv"))
                    .containsAll(Plans.fields(manifest.get("Lifecycle")));
            for (JsonNode artifact : manifest.get("Artifacts")) {
                assertThat(Set.of("URI", "Unarchive", "Permission", "Digest", "Algorithm"))
                        .containsAll(Plans.fields(artifact));
                assertThat(artifact.get("URI").textValue()).matches("(s3://|docker:).+");
            }
        }
        String run = Plans.json(files.values().iterator().next())
                .at("/Manifests/0/Lifecycle/Run")
                .textValue();
        assertThat(run.lines().filter(line -> line.startsWith("docker run"))).hasSize(2);
        assertThat(run)
                .contains("--cpus 1.5", "--memory 300000000", "--gpus 1", "-p 8001:8000", "/models/defects-2.onnx");
        String bare = String.join("", files.values().stream().skip(1).limit(1).toList());
        assertThat(Plans.json(bare).at("/Manifests/0/Lifecycle/Run").textValue())
                .doesNotContain("--cpus");
    }

    /** azure-iot-edge-deployment-2.0.json of the JSON schema store: required names, and no others where it allows none. */
    @Test
    void iotEdgeManifestsFollowTheirSchema() {
        Map<String, String> files = new IotEdgeExport().export(Plans.ALL, Plans.SETTINGS);
        assertThat(files).as("one a site").hasSize(2);
        for (String text : files.values()) {
            JsonNode root = Plans.json(text);
            assertThat(Plans.fields(root)).containsExactly("modulesContent");
            assertThat(Plans.fields(root.get("modulesContent"))).containsExactly("$edgeAgent", "$edgeHub");
            JsonNode agent = root.at("/modulesContent/$edgeAgent/properties.desired");
            assertThat(Plans.fields(agent)).containsExactly("modules", "runtime", "schemaVersion", "systemModules");
            assertThat(agent.get("schemaVersion").textValue()).isEqualTo("1.1");
            assertThat(Plans.fields(agent.get("runtime"))).containsExactly("settings", "type");
            assertThat(Plans.fields(agent.at("/systemModules"))).containsExactly("edgeAgent", "edgeHub");
            assertThat(Plans.fields(agent.at("/systemModules/edgeAgent"))).containsExactly("settings", "type");
            assertThat(Plans.fields(agent.at("/systemModules/edgeHub")))
                    .containsExactly("restartPolicy", "settings", "status", "type");
            JsonNode hub = root.at("/modulesContent/$edgeHub/properties.desired");
            assertThat(Plans.fields(hub)).containsExactly("routes", "schemaVersion", "storeAndForwardConfiguration");
            agent.get("modules").properties().forEach(module -> {
                assertThat(module.getKey()).matches("[a-zA-Z0-9_-]+");
                assertThat(Plans.fields(module.getValue()))
                        .containsExactly("env", "restartPolicy", "settings", "status", "type", "version");
                assertThat(module.getValue().get("type").textValue()).isEqualTo("docker");
                assertThat(module.getValue().get("status").textValue()).isIn("running", "stopped");
                assertThat(module.getValue().get("restartPolicy").textValue())
                        .isIn("never", "on-failure", "on-unhealthy", "always");
                JsonNode settings = module.getValue().get("settings");
                assertThat(Plans.fields(settings)).containsExactly("createOptions", "image");
                assertThat(settings.get("createOptions").textValue().length()).isLessThanOrEqualTo(512);
                module.getValue().get("env").forEach(variable -> assertThat(Plans.fields(variable))
                        .containsExactly("value"));
            });
        }
        JsonNode modules = Plans.json(files.values().iterator().next())
                .at("/modulesContent/$edgeAgent/properties.desired/modules");
        assertThat(modules).as("two replicas and one").hasSize(3);
        JsonNode options = Plans.json(
                modules.get("defects-1").at("/settings/createOptions").textValue());
        assertThat(options.at("/HostConfig/NanoCpus").longValue()).isEqualTo(1_500_000_000L);
        assertThat(options.at("/HostConfig/PortBindings/8000~1tcp/0/HostPort").textValue())
                .isEqualTo("8001");
    }

    /** The JSON job of Nomad's HTTP API documentation. */
    @Test
    void nomadJobsFollowTheApisDocumentation() {
        Map<String, String> files = new NomadExport().export(Plans.ALL, Plans.SETTINGS);
        assertThat(files).hasSize(3);
        JsonNode job = Plans.json(files.values().iterator().next()).get("Job");
        assertThat(Plans.fields(job)).containsExactly("Datacenters", "ID", "Name", "TaskGroups", "Type");
        JsonNode group = job.at("/TaskGroups/0");
        assertThat(Plans.fields(group)).containsExactly("Count", "Name", "Networks", "Services", "Tasks");
        assertThat(group.get("Count").intValue()).isEqualTo(2);
        assertThat(group.at("/Networks/0/DynamicPorts/0/To").intValue()).isEqualTo(8000);
        assertThat(group.at("/Services/0/PortLabel")).isEqualTo(group.at("/Networks/0/DynamicPorts/0/Label"));
        JsonNode task = group.at("/Tasks/0");
        assertThat(Plans.fields(task)).containsExactly("Config", "Driver", "Env", "Name", "Resources");
        assertThat(task.at("/Config/ports/0")).isEqualTo(group.at("/Networks/0/DynamicPorts/0/Label"));
        assertThat(task.at("/Resources/Cores").intValue())
                .as("1.5 cores rounded up")
                .isEqualTo(2);
        assertThat(task.at("/Resources/MemoryMB").longValue())
                .as("300 MB in MiB")
                .isEqualTo(287);
        assertThat(task.at("/Resources/Devices/0/Name").textValue()).isEqualTo("nvidia/gpu");
    }

    /** compose-spec.json: names it allows at each level, and its pattern of service names. */
    @Test
    void composeFilesFollowTheirSchema() throws IOException {
        Map<String, String> files = new ComposeExport().export(Plans.ALL, Plans.SETTINGS);
        assertThat(files).as("one a site").hasSize(2);
        JsonNode first = new YAMLMapper().readTree(files.values().iterator().next());
        assertThat(Plans.fields(first)).containsExactly("name", "services");
        assertThat(first.get("services")).hasSize(2);
        first.get("services").properties().forEach(service -> {
            assertThat(service.getKey()).matches("[a-zA-Z0-9._-]+");
            assertThat(Plans.fields(service.getValue()))
                    .containsExactly("deploy", "environment", "image", "ports", "restart");
            assertThat(Set.of("replicas", "resources"))
                    .containsAll(Plans.fields(service.getValue().get("deploy")));
        });
        JsonNode deploy = first.at("/services/defects/deploy");
        assertThat(deploy.get("replicas").intValue()).isEqualTo(2);
        assertThat(deploy.at("/resources/limits/cpus").textValue()).isEqualTo("1.500");
        assertThat(deploy.at("/resources/limits/memory").textValue()).isEqualTo("300000000b");
        JsonNode device = deploy.at("/resources/reservations/devices/0");
        assertThat(Plans.fields(device)).containsExactly("capabilities", "count", "driver");
    }
}
