package io.edgeai.core.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a registry should do, said in plain maps and words and without the library's table: the reference that random
 * commands are compared against. Every command says whether it is allowed and, if so, does it.
 */
final class PlainLifecycle {
    /** A version: a stage for everywhere, or one for each place. */
    static final class Version {
        String everywhere = "REGISTERED";
        final Map<String, String> places = new HashMap<>();
        final Map<String, Integer> percent = new HashMap<>();
        final Map<String, Long> promoted = new HashMap<>();

        Version copy() {
            Version copy = new Version();
            copy.everywhere = everywhere;
            copy.places.putAll(places);
            copy.percent.putAll(percent);
            copy.promoted.putAll(promoted);
            return copy;
        }

        String at(String place) {
            return places.getOrDefault(place, everywhere);
        }
    }

    final Map<String, List<Version>> models = new HashMap<>();
    final Set<String> frozen = new java.util.HashSet<>();
    private long time;

    private static boolean in(String stage, String... words) {
        return List.of(words).contains(stage);
    }

    /** The same state, to try something on. */
    PlainLifecycle copy() {
        PlainLifecycle copy = new PlainLifecycle();
        models.forEach((model, all) -> copy.models.put(
                model, new ArrayList<>(all.stream().map(Version::copy).toList())));
        copy.frozen.addAll(frozen);
        copy.time = time;
        return copy;
    }

    Version version(String model, int number) {
        return models.get(model).get(number - 1);
    }

    int register(String model) {
        List<Version> all = models.computeIfAbsent(model, name -> new ArrayList<>());
        all.add(new Version());
        return all.size();
    }

    /** The number of the version that answers there, 0 for none. */
    int answering(String model, String place) {
        List<Version> all = models.getOrDefault(model, List.of());
        for (int i = 0; i < all.size(); i++) {
            if (in(all.get(i).at(place), "ACTIVE", "DEGRADED")) {
                return i + 1;
            }
        }
        return 0;
    }

    private static boolean untouched(Version version) {
        return version.places.isEmpty() && in(version.everywhere, "REGISTERED", "VALIDATING");
    }

    boolean validate(Version version, boolean good) {
        if (!version.places.isEmpty() || !in(version.everywhere, "REGISTERED", "VALIDATING", "VALIDATED", "REJECTED")) {
            return false;
        }
        version.everywhere = good ? "VALIDATED" : "REJECTED";
        return true;
    }

    boolean stage(String model, Version version, String place) {
        return choose(model, version, place, "STAGED", "VALIDATED", "SHADOW", "SUPERSEDED", "ROLLED_BACK");
    }

    boolean shadow(String model, Version version, String place) {
        return choose(model, version, place, "SHADOW", "VALIDATED", "STAGED", "SUPERSEDED", "ROLLED_BACK");
    }

    private boolean choose(String model, Version version, String place, String to, String... from) {
        if (!in(version.at(place), from) || frozen.contains(model + " " + place)) {
            return false;
        }
        put(version, place, to, 0);
        return true;
    }

    private static void put(Version version, String place, String stage, int percent) {
        version.places.put(place, stage);
        version.percent.put(place, percent);
    }

    boolean canary(String model, Version version, String place, int percent) {
        boolean from = in(version.at(place), "VALIDATED", "STAGED", "SHADOW", "CANARY", "SUPERSEDED", "ROLLED_BACK");
        boolean other = models.get(model).stream()
                .anyMatch(v -> v != version && v.at(place).equals("CANARY"));
        if (!from || other || answering(model, place) == 0 || frozen.contains(model + " " + place)) {
            return false;
        }
        put(version, place, "CANARY", percent);
        return true;
    }

    boolean promote(String model, Version version, String place) {
        boolean fresh = untouched(version);
        if (fresh) {
            version.everywhere = "VALIDATED"; // its gates are run whatever comes then
        }
        if (!in(version.at(place), "VALIDATED", "STAGED", "SHADOW", "CANARY", "SUPERSEDED", "ROLLED_BACK")
                || frozen.contains(model + " " + place)) {
            return false;
        }
        int before = answering(model, place);
        if (before > 0) {
            put(version(model, before), place, "SUPERSEDED", 0);
        }
        activate(version, place);
        return true;
    }

    private void activate(Version version, String place) {
        put(version, place, "ACTIVE", 100);
        version.promoted.put(place, ++time);
    }

    boolean degrade(Version version, String place) {
        return turn(version, place, "ACTIVE", "DEGRADED");
    }

    boolean recover(Version version, String place) {
        return turn(version, place, "DEGRADED", "ACTIVE");
    }

    private static boolean turn(Version version, String place, String from, String to) {
        if (!version.at(place).equals(from)) {
            return false;
        }
        version.places.put(place, to);
        return true;
    }

    boolean withdraw(Version version, String place) {
        if (!in(version.at(place), "STAGED", "SHADOW", "SUPERSEDED", "ROLLED_BACK")) {
            return false;
        }
        version.places.remove(place);
        version.promoted.remove(place);
        return true;
    }

    boolean rollback(String model, String place) {
        int now = answering(model, place);
        Version before = predecessor(model, place);
        if (now == 0 || before == null) {
            return false;
        }
        put(version(model, now), place, "ROLLED_BACK", 0);
        frozen.remove(model + " " + place);
        activate(before, place);
        return true;
    }

    private Version predecessor(String model, String place) {
        Version latest = null;
        for (Version version : models.getOrDefault(model, List.of())) {
            if (version.at(place).equals("SUPERSEDED")
                    && (latest == null || version.promoted.get(place) > latest.promoted.get(place))) {
                latest = version;
            }
        }
        return latest;
    }

    boolean rollbackCanary(Version version, String place) {
        if (!version.at(place).equals("CANARY")) {
            return false;
        }
        put(version, place, "ROLLED_BACK", 0);
        return true;
    }

    boolean retire(Version version) {
        boolean idle = version.places.values().stream().allMatch(s -> in(s, "STAGED", "SUPERSEDED", "ROLLED_BACK"));
        if (!idle || !in(version.everywhere, "REGISTERED", "VALIDATED", "REJECTED", "QUARANTINED")) {
            return false;
        }
        leave(version, "RETIRED");
        return true;
    }

    private static void leave(Version version, String stage) {
        version.places.clear();
        version.promoted.clear();
        version.everywhere = stage;
    }

    boolean erase(Version version) {
        if (!version.everywhere.equals("RETIRED")) {
            return false;
        }
        version.everywhere = "ERASED";
        return true;
    }

    boolean quarantine(String model, Version version) {
        if (in(version.everywhere, "ERASED", "QUARANTINED")) {
            return false;
        }
        List<String> answered = version.places.keySet().stream()
                .filter(place -> in(version.at(place), "ACTIVE", "DEGRADED"))
                .toList();
        leave(version, "QUARANTINED");
        for (String place : answered) {
            frozen.remove(model + " " + place);
            Version before = predecessor(model, place);
            if (before != null) {
                activate(before, place);
            }
        }
        return true;
    }

    boolean release(Version version) {
        if (!version.everywhere.equals("QUARANTINED")) {
            return false;
        }
        version.everywhere = "REGISTERED";
        return true;
    }

    boolean freeze(String model, String place) {
        return answering(model, place) > 0 && frozen.add(model + " " + place);
    }

    boolean thaw(String model, String place) {
        return frozen.remove(model + " " + place);
    }
}
