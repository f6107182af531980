package io.edgeai.placement.deploy.export;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.placement.deploy.PlannedService;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An Azure IoT Edge deployment manifest (schema version 1.1) for each site, with one module a replica, beside the
 * runtime's own two modules of release 1.5. The first replica of a service takes its port on the device, each further
 * one the next.
 */
public final class IotEdgeExport implements PlanExporter {
    private static final String SCHEMA = "1.1";

    @Override
    public Map<String, String> export(List<PlannedService> services, ExportSettings settings) {
        Map<String, ObjectNode> manifests = new LinkedHashMap<>();
        Map<String, Integer> ports = new LinkedHashMap<>();
        for (PlannedService service : services) {
            ObjectNode manifest = manifests.computeIfAbsent(service.site(), site -> empty());
            ObjectNode modules = manifest.withObject("modulesContent")
                    .withObject("$edgeAgent")
                    .withObject("properties.desired")
                    .withObject("modules");
            for (int replica = 0; replica < service.replicas(); replica++) {
                int port = settings.port() + ports.merge(service.site(), 1, Integer::sum) - 1;
                modules.set(Names.dns(service.name() + "-" + replica), module(service, settings, port));
            }
        }
        Map<String, String> files = new LinkedHashMap<>();
        manifests.forEach(
                (site, manifest) -> files.put(Names.dns(site) + ".deployment.json", manifest.toPrettyString()));
        return files;
    }

    private static ObjectNode empty() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode content = root.putObject("modulesContent");
        ObjectNode agent = content.putObject("$edgeAgent").putObject("properties.desired");
        agent.put("schemaVersion", SCHEMA);
        agent.putObject("runtime").put("type", "docker").putObject("settings").put("minDockerVersion", "v1.25");
        ObjectNode system = agent.putObject("systemModules");
        system.putObject("edgeAgent")
                .put("type", "docker")
                .putObject("settings")
                .put("image", "mcr.microsoft.com/azureiotedge-agent:1.5");
        system.putObject("edgeHub")
                .put("type", "docker")
                .put("status", "running")
                .put("restartPolicy", "always")
                .putObject("settings")
                .put("image", "mcr.microsoft.com/azureiotedge-hub:1.5");
        agent.putObject("modules");
        ObjectNode hub = content.putObject("$edgeHub").putObject("properties.desired");
        hub.put("schemaVersion", SCHEMA).putObject("routes");
        hub.putObject("storeAndForwardConfiguration").put("timeToLiveSecs", 7200);
        return root;
    }

    private static ObjectNode module(PlannedService service, ExportSettings settings, int port) {
        ObjectNode module = JsonNodeFactory.instance
                .objectNode()
                .put("version", settings.version())
                .put("type", "docker")
                .put("status", "running")
                .put("restartPolicy", "always");
        module.putObject("settings")
                .put("image", settings.image())
                .put("createOptions", createOptions(service, settings, port).toString());
        ObjectNode environment = module.putObject("env");
        KubernetesExport.environment(service, settings)
                .forEach((name, value) -> environment.putObject(name).put("value", value));
        return module;
    }

    private static ObjectNode createOptions(PlannedService service, ExportSettings settings, int port) {
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        options.putObject("ExposedPorts").putObject(settings.port() + "/tcp");
        ObjectNode host = options.putObject("HostConfig");
        host.putObject("PortBindings")
                .putArray(settings.port() + "/tcp")
                .addObject()
                .put("HostPort", Integer.toString(port));
        if (service.cpuMillis() > 0) {
            host.put("NanoCpus", service.cpuMillis() * 1_000_000);
        }
        if (service.memoryBytes() > 0) {
            host.put("Memory", service.memoryBytes());
        }
        int devices = KubernetesExport.devices(service);
        if (devices > 0) {
            ObjectNode request = host.putArray("DeviceRequests").addObject().put("Count", devices);
            request.putArray("Capabilities").addArray().add("gpu");
        }
        return options;
    }
}
