package io.edgeai.placement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.model.HourlyProfile;
import io.edgeai.placement.model.HourlyRates;
import io.edgeai.placement.model.Rate;
import io.edgeai.placement.model.Schedule;
import io.edgeai.placement.model.Window;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What changes by the hour, as JSON: amounts that are a number or one number for each hour, and windows of a week. */
final class HoursJson {
    /** Fields of a price, in the order in which they are written. */
    static final Map<String, Rate> PRICES = Collections.unmodifiableMap(new TreeMap<>(Map.of(
            "perNodeHour", Rate.NODE_HOUR,
            "perCoreHour", Rate.CORE_HOUR,
            "perAcceleratorHour", Rate.ACCELERATOR_HOUR,
            "perKilowattHour", Rate.KILOWATT_HOUR)));

    static final String CARBON = "gramsPerKilowattHour";

    private HoursJson() {}

    /** A node's rates of its own, in place of its site's. */
    static HourlyRates ofNode(JsonView json) {
        if (json.has("price")) {
            json.object("price").only(PRICES.keySet().toArray(String[]::new));
        }
        if (json.has("power")) {
            json.object("power").only(CARBON);
        }
        return rates(json);
    }

    /** What the fields {@code price} and {@code power} say, by the hour or not. */
    static HourlyRates rates(JsonView json) {
        HourlyRates rates = HourlyRates.NONE;
        if (json.has("price")) {
            JsonView price = json.object("price");
            for (Map.Entry<String, Rate> field : PRICES.entrySet()) {
                if (price.has(field.getKey())) {
                    rates = rates.with(field.getValue(), profile(price, field.getKey()));
                }
            }
        }
        boolean carbon = json.has("power") && json.object("power").has(CARBON);
        return carbon ? rates.with(Rate.CARBON, profile(json.object("power"), CARBON)) : rates;
    }

    private static HourlyProfile profile(JsonView json, String field) {
        if (json.isList(field)) {
            return json.located(() -> HourlyProfile.of(json.numberList(field)));
        }
        if (json.isNumber(field)) {
            return json.located(() -> HourlyProfile.constant(json.number(field)));
        }
        JsonView view = json.object(field, "a number, a list or an object").only("values", "utcOffset");
        return view.located(() -> HourlyProfile.of(view.numberList("values")).at(offset(view)));
    }

    /** The number of a field, or 0 where it has a profile or is missing; a site takes the profile's mean. */
    static double constant(JsonView json, String field) {
        return json.has(field) && json.isNumber(field) ? json.number(field) : 0;
    }

    /** Windows in UTC, or an object of windows and offset; always where the field is missing. */
    static Schedule schedule(JsonView json, String field) {
        if (!json.has(field)) {
            return Schedule.always();
        }
        if (json.isList(field)) {
            return json.located(() -> Schedule.of(json.objects(field, HoursJson::window)));
        }
        JsonView view = json.object(field, "a list or an object").only("windows", "utcOffset");
        return view.located(
                () -> Schedule.of(view.objects("windows", HoursJson::window)).at(offset(view)));
    }

    private static Window window(JsonView json) {
        json.only("days", "from", "to");
        Set<DayOfWeek> days = json.has("days") ? EnumSet.noneOf(DayOfWeek.class) : EnumSet.allOf(DayOfWeek.class);
        json.texts("days").forEach(name -> days.add(day(name)));
        return new Window(days, time(json.text("from")), time(json.text("to")));
    }

    private static DayOfWeek day(String name) {
        for (DayOfWeek day : DayOfWeek.values()) {
            if (name(day).equals(name)) {
                return day;
            }
        }
        throw new InvalidInputException(
                "Day (" + name + ") is not known. Maybe one of MON, TUE, WED, THU, FRI, SAT, SUN?");
    }

    private static String name(DayOfWeek day) {
        return day.name().substring(0, 3);
    }

    private static LocalTime time(String text) {
        try {
            return LocalTime.parse(text);
        } catch (DateTimeException e) {
            throw new InvalidInputException(
                    "Time (" + text + ") is none. Maybe write it as 08:30, and midnight as 00:00?", e);
        }
    }

    private static ZoneOffset offset(JsonView json) {
        String text = json.text("utcOffset", "Z");
        try {
            return ZoneOffset.of(text);
        } catch (DateTimeException e) {
            throw new InvalidInputException(
                    "Offset (" + text + ") from UTC is none. Maybe write it as +01:00, -05:30 or Z?", e);
        }
    }

    /** A number where all values are the same, else a list, else an object. */
    static JsonNode write(HourlyProfile profile) {
        if (profile.values().size() == 1) {
            return DoubleNode.valueOf(profile.mean());
        }
        ArrayNode values = JsonNodeFactory.instance.arrayNode();
        profile.values().forEach(values::add);
        return in(profile.offset(), "values", values);
    }

    static JsonNode write(Schedule schedule) {
        ArrayNode windows = JsonNodeFactory.instance.arrayNode();
        for (Window window : schedule.windows()) {
            ObjectNode json = windows.addObject();
            if (window.days().size() < DayOfWeek.values().length) {
                ArrayNode days = json.putArray("days");
                List.of(DayOfWeek.values()).stream()
                        .filter(window.days()::contains)
                        .forEach(day -> days.add(name(day)));
            }
            json.put("from", window.from().toString()).put("to", window.to().toString());
        }
        return in(schedule.offset(), "windows", windows);
    }

    private static JsonNode in(ZoneOffset offset, String field, ArrayNode values) {
        return offset.equals(ZoneOffset.UTC)
                ? values
                : JsonNodeFactory.instance
                        .objectNode()
                        .put("utcOffset", offset.getId())
                        .<ObjectNode>set(field, values);
    }
}
