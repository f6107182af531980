package io.edgeai.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads what is told of bandits as JSON; members that nobody knows are refused. Thread-safe. */
public final class BanditJson {
    private static final Set<String> DEFINITION = Set.of("versions", "floor", "every");
    private static final Set<String> REWARD = Set.of("version", "reward");

    private BanditJson() {}

    /**
     * Reads {@code {"versions":[1,2],"floor":0.02,"every":100}}; only versions are required.
     *
     * @throws InvalidInputException that says what is wrong
     */
    public static BanditDefinition definition(byte[] body) {
        JsonNode tree = JsonMembers.object(JsonMembers.tree(body), "definition", DEFINITION);
        List<Integer> versions = new ArrayList<>();
        for (JsonNode one : JsonMembers.list(tree, "versions")) {
            versions.add(JsonMembers.version(one));
        }
        long every = JsonMembers.count(tree, "every", BanditDefinition.DEFAULT_EVERY);
        return new BanditDefinition(versions, JsonMembers.number(tree, "floor", BanditDefinition.DEFAULT_FLOOR), (int)
                Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, every)));
    }

    /**
     * Reads {@code {"version":2,"reward":1}}, or a list of such.
     *
     * @throws InvalidInputException that says what is wrong
     */
    public static List<VersionReward> rewards(byte[] body) {
        JsonNode tree = JsonMembers.tree(body);
        List<VersionReward> rewards = new ArrayList<>();
        for (JsonNode one : tree.isArray() ? tree : List.of(tree)) {
            JsonMembers.object(one, "reward", REWARD);
            if (!one.has("reward")) {
                throw JsonMembers.wrong("reward", one.path("reward"), "a number from 0 to 1");
            }
            rewards.add(
                    new VersionReward(JsonMembers.version(one.path("version")), JsonMembers.number(one, "reward", 0)));
        }
        return rewards;
    }
}
