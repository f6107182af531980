package io.edgeai.placement;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.Artifacts;
import io.edgeai.placement.model.HourlyProfile;
import io.edgeai.placement.model.HourlyRates;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Power;
import io.edgeai.placement.model.Price;
import io.edgeai.placement.model.Rate;
import io.edgeai.placement.model.Schedule;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.TrainingData;
import java.util.List;

/** Writes sites; the only node of a site goes without a name where it has the one that a reader would give it. */
final class SiteWriter {
    private SiteWriter() {}

    static ObjectNode write(Site site) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("id", site.id());
        if (!site.region().isEmpty()) {
            json.put("region", site.region());
        }
        site.coordinates().ifPresent(at -> json.set("coordinates", ProblemWriter.coordinates(at)));
        ProblemWriter.put(json, "availability", site.availability(), 1);
        ProblemWriter.texts(json, "labels", site.labels());
        Price price = site.price();
        ObjectNode charged = JsonNodeFactory.instance.objectNode();
        rate(charged, "perNodeHour", site.hourly(), Rate.NODE_HOUR, price.perNodeHour());
        rate(charged, "perCoreHour", site.hourly(), Rate.CORE_HOUR, price.perCoreHour());
        rate(charged, "perAcceleratorHour", site.hourly(), Rate.ACCELERATOR_HOUR, price.perAcceleratorHour());
        rate(charged, "perKilowattHour", site.hourly(), Rate.KILOWATT_HOUR, price.perKilowattHour());
        ProblemWriter.put(charged, "perEgressGigabyte", price.perEgressGigabyte(), 0);
        object(json, "price", charged);
        object(json, "power", power(site.power(), site.hourly()));
        TrainingData data = site.trainingData();
        if (!data.equals(TrainingData.NONE)) {
            json.putObject("trainingData").put("samples", data.samples()).put("optedIn", data.optedIn());
        }
        if (!site.artifacts().equals(Artifacts.NONE)) {
            site.artifacts().texts().forEach(json.putArray("holds")::add);
        }
        nodes(json, site.nodes());
        return json;
    }

    private static ObjectNode power(Power power, HourlyRates hourly) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ProblemWriter.put(json, "idleWatts", power.idleWatts(), 0);
        ProblemWriter.put(json, "busyWatts", power.busyWatts(), power.idleWatts());
        ProblemWriter.put(json, "acceleratorWatts", power.acceleratorWatts(), 0);
        rate(json, HoursJson.CARBON, hourly, Rate.CARBON, power.gramsPerKilowattHour());
        return json;
    }

    private static void nodes(ObjectNode json, List<Node> nodes) {
        Node first = nodes.get(0);
        if (nodes.size() == 1
                && first.name().equals("main")
                && first.hourly().profiles().isEmpty()) {
            capacities(json, first);
            return;
        }
        ArrayNode all = json.putArray("nodes");
        for (Node node : nodes) {
            ObjectNode one = all.addObject().put("name", node.name());
            capacities(one, node);
            ObjectNode price = JsonNodeFactory.instance.objectNode();
            HoursJson.PRICES.forEach((field, rate) ->
                    node.hourly().of(rate).ifPresent(profile -> price.set(field, HoursJson.write(profile))));
            object(one, "price", price);
            node.hourly().of(Rate.CARBON).ifPresent(profile -> one.putObject("power")
                    .set(HoursJson.CARBON, HoursJson.write(profile)));
        }
    }

    private static void capacities(ObjectNode json, Node node) {
        json.put("cpuMillis", node.cpuMillis()).put("memoryBytes", node.memoryBytes());
        ProblemWriter.put(json, "diskBytes", node.diskBytes(), Long.MAX_VALUE);
        if (!node.hardware().equals("cpu")) {
            json.put("hardware", node.hardware());
        }
        ProblemWriter.put(json, "gigaMacsPerSecondPerCore", node.gigaMacsPerSecondPerCore(), 10);
        if (!node.accelerators().isEmpty()) {
            accelerators(json.putArray("accelerators"), node.accelerators());
        }
        if (!node.on().equals(Schedule.always())) {
            json.set("on", HoursJson.write(node.on()));
        }
    }

    /** Equal devices in a row as one entry. */
    private static void accelerators(ArrayNode json, List<Accelerator> devices) {
        int at = 0;
        while (at < devices.size()) {
            Accelerator device = devices.get(at);
            int end = at;
            while (end < devices.size()
                    && end - at < PlacementProblemJson.MAX_DEVICES
                    && devices.get(end).equals(device)) {
                end++;
            }
            ObjectNode one = json.addObject().put("kind", device.kind());
            ProblemWriter.put(one, "count", end - at, 1);
            ProblemWriter.put(one, "memoryBytes", device.memoryBytes(), 0);
            ProblemWriter.put(one, "gigaMacsPerSecond", device.gigaMacsPerSecond(), 0);
            at = end;
        }
    }

    private static void rate(ObjectNode json, String field, HourlyRates hourly, Rate rate, double constant) {
        HourlyProfile profile = hourly.of(rate).orElse(null);
        if (profile == null) {
            ProblemWriter.put(json, field, constant, 0);
        } else {
            json.set(field, HoursJson.write(profile));
        }
    }

    private static void object(ObjectNode json, String field, ObjectNode value) {
        if (!value.isEmpty()) {
            json.set(field, value);
        }
    }
}
