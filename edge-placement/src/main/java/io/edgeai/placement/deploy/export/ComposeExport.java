package io.edgeai.placement.deploy.export;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.placement.deploy.PlannedService;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A Docker Compose file for each site, a service of it for each of the plan's; Docker chooses the published ports. */
public final class ComposeExport implements PlanExporter {
    @Override
    public Map<String, String> export(List<PlannedService> services, ExportSettings settings) {
        Map<String, ObjectNode> sites = new LinkedHashMap<>();
        for (PlannedService service : services) {
            ObjectNode file = sites.computeIfAbsent(
                    service.site(),
                    site -> JsonNodeFactory.instance.objectNode().put("name", Names.dns(site)));
            file.withObject("services").set(Names.dns(service.name()), service(service, settings));
        }
        Map<String, String> files = new LinkedHashMap<>();
        sites.forEach((site, file) -> files.put(Names.dns(site) + ".compose.yaml", Yaml.write(file)));
        return files;
    }

    private static ObjectNode service(PlannedService service, ExportSettings settings) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("image", settings.image())
                .put("restart", "unless-stopped");
        ObjectNode environment = json.putObject("environment");
        KubernetesExport.environment(service, settings)
                .forEach((name, value) -> environment.put(name, value.replace("$", "$$")));
        json.putArray("ports").add(Integer.toString(settings.port()));
        ObjectNode deploy = json.putObject("deploy").put("replicas", service.replicas());
        ObjectNode limits = JsonNodeFactory.instance.objectNode();
        if (service.cpuMillis() > 0) {
            limits.put("cpus", String.format(Locale.ROOT, "%.3f", service.cpuMillis() / 1000.0));
        }
        if (service.memoryBytes() > 0) {
            limits.put("memory", service.memoryBytes() + "b");
        }
        if (!limits.isEmpty()) {
            deploy.putObject("resources").set("limits", limits);
        }
        int devices = KubernetesExport.devices(service);
        if (devices > 0) {
            deploy.withObject("resources")
                    .putObject("reservations")
                    .putArray("devices")
                    .addObject()
                    .put("driver", "nvidia")
                    .put("count", devices)
                    .putArray("capabilities")
                    .add("gpu");
        }
        return json;
    }
}
