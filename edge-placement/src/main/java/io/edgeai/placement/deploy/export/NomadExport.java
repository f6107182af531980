package io.edgeai.placement.deploy.export;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.placement.deploy.PlannedService;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Nomad job in the JSON form of its HTTP API for each service, with one group of that many replicas in the datacenter
 * named as the site. Submit by {@code nomad job run -json FILE}.
 */
public final class NomadExport implements PlanExporter {
    private static final long MIB = 1 << 20;

    @Override
    public Map<String, String> export(List<PlannedService> services, ExportSettings settings) {
        Map<String, String> files = new LinkedHashMap<>();
        for (PlannedService service : services) {
            files.put(
                    KubernetesExport.name(service) + ".nomad.json",
                    job(service, settings).toPrettyString());
        }
        return files;
    }

    private static ObjectNode job(PlannedService service, ExportSettings settings) {
        String name = KubernetesExport.name(service);
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode job = root.putObject("Job").put("ID", name).put("Name", name).put("Type", "service");
        job.putArray("Datacenters").add(Names.dns(service.site()));
        ObjectNode group =
                job.putArray("TaskGroups").addObject().put("Name", "model").put("Count", service.replicas());
        group.putArray("Networks")
                .addObject()
                .putArray("DynamicPorts")
                .addObject()
                .put("Label", "http")
                .put("To", settings.port());
        ObjectNode registered = group.putArray("Services")
                .addObject()
                .put("Name", name)
                .put("PortLabel", "http")
                .put("Provider", "nomad");
        registered
                .putArray("Checks")
                .addObject()
                .put("Type", "http")
                .put("Path", "/v2/health/ready")
                .put("Interval", 10_000_000_000L)
                .put("Timeout", 2_000_000_000L);
        ObjectNode task =
                group.putArray("Tasks").addObject().put("Name", "model").put("Driver", "docker");
        task.putObject("Config")
                .put("image", settings.image())
                .putArray("ports")
                .add("http");
        ObjectNode environment = task.putObject("Env");
        KubernetesExport.environment(service, settings).forEach(environment::put);
        resources(task.putObject("Resources"), service);
        return root;
    }

    private static void resources(ObjectNode resources, PlannedService service) {
        if (service.cpuMillis() > 0) {
            resources.put("Cores", Math.toIntExact((service.cpuMillis() + 999) / 1000));
        }
        if (service.memoryBytes() > 0) {
            resources.put("MemoryMB", (service.memoryBytes() + MIB - 1) / MIB);
        }
        int devices = KubernetesExport.devices(service);
        if (devices > 0) {
            resources.putArray("Devices").addObject().put("Name", "nvidia/gpu").put("Count", devices);
        }
    }
}
