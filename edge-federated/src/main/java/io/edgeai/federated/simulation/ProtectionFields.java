package io.edgeai.federated.simulation;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.privacy.Clipping;
import io.edgeai.federated.privacy.Privacy;
import io.edgeai.federated.privacy.PrivacyAccountant;
import io.edgeai.federated.secagg.SecureAggregation;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The fields {@code privacy}, {@code secureAggregation} and {@code compression}.
 *
 * @param decay of what the codec leaves out
 */
record ProtectionFields(
        @Nullable Privacy privacy, @Nullable SecureAggregation secure, @Nullable Codec codec, double decay) {
    private static final double BELOW_ONE = Math.nextDown(1.0);
    private static final int MOST_TURNS = 1 << 20;

    static ProtectionFields read(Fields fields, Path base, long seed) {
        Privacy privacy = fields.has("privacy") ? privacy(fields.object("privacy"), base, seed) : null;
        SecureAggregation secure = fields.has("secureAggregation") ? secure(fields.object("secureAggregation")) : null;
        if (!fields.has("compression")) {
            return new ProtectionFields(privacy, secure, null, 1);
        }
        Fields own = fields.object("compression");
        Codec codec = codec(own);
        double decay = own.number("decay", 1, 0, 1);
        own.finish();
        return new ProtectionFields(privacy, secure, codec, decay);
    }

    private static Privacy privacy(Fields own, Path base, long seed) {
        if (!own.has("epsilon")) {
            throw new InvalidInputException("Field (privacy.epsilon) is missing.");
        }
        Privacy privacy = participation(
                        own,
                        Privacy.epsilon(
                                own.number("epsilon", 1, 1e-3, 1000), own.number("delta", 1e-5, 1e-15, BELOW_ONE)))
                .clipping(clipping(own))
                .noiseBy(
                        switch (own.word("noiseBy", "central", "local", "distributed")) {
                            case "local" -> Privacy.Noise.LOCAL;
                            case "distributed" -> Privacy.Noise.DISTRIBUTED;
                            default -> Privacy.Noise.CENTRAL;
                        });
        if (own.has("accountant")) {
            privacy = privacy.accountant(
                    own.word("accountant", "pld", "rdp").equals("rdp")
                            ? PrivacyAccountant.rdp()
                            : PrivacyAccountant.pld());
        }
        if (own.has("noise")) {
            privacy = privacy.noise(own.number("noise", 1, 0.05, 1e5));
        }
        privacy = own.has("ledger") ? privacy.ledger(own.path("ledger", base)) : privacy.insecureSeed(seed);
        own.finish();
        return privacy;
    }

    private static Privacy participation(Fields own, Privacy privacy) {
        Privacy chosen = privacy.sampling(own.number("sampling", 1, 1e-6, 1));
        if (own.has("fixedSize")) {
            if (!own.has("population")) {
                throw new InvalidInputException(
                        "Field (privacy.population) is missing. Maybe name how many participants there are.");
            }
            chosen = chosen.fixedSize(
                    own.integer("fixedSize", 1, 1, 1_000_000), own.integer("population", 1, 1, 1_000_000));
        }
        if (own.has("tree")) {
            Fields tree = own.object("tree");
            chosen = chosen.tree(tree.integer("times", 1, 1, MOST_TURNS), tree.integer("separation", 1, 1, MOST_TURNS));
            tree.finish();
        }
        return chosen;
    }

    private static Clipping clipping(Fields own) {
        double norm = own.number("clip", 1, 1e-9, 1e9);
        return switch (own.word("clipping", "flat", "per-layer", "adaptive")) {
            case "per-layer" -> Clipping.perLayer(norm);
            case "adaptive" -> Clipping.adaptive(norm, own.number("quantile", 0.5, 0.01, 0.99));
            default -> Clipping.flat(norm);
        };
    }

    private static SecureAggregation secure(Fields own) {
        SecureAggregation secure = new SecureAggregation(
                own.integer("minimumSurvivors", 3, 2, 1_000_000), own.number("range", 8, 1e-6, 1e6));
        if (own.has("bits") || own.has("share") || own.has("norm")) {
            secure = secure.coded(
                    own.integer("bits", 8, 2, 16), own.number("share", 1, 1e-6, 1), own.number("norm", 1, 1e-9, 1e9));
        }
        if (own.has("groupSize")) {
            secure = secure.grouped(own.integer("groupSize", 5, 2, 1_000_000));
        }
        own.finish();
        return secure;
    }

    private static Codec codec(Fields own) {
        return switch (own.word("type", "f32", "f16", "bf16", "int8", "int4", "int3", "ternary", "sign", "top")) {
            case "f16" -> Codec.f16();
            case "bf16" -> Codec.bf16();
            case "int8" -> Codec.int8();
            case "int4" -> Codec.int4();
            case "int3" -> Codec.int3();
            case "ternary" -> Codec.ternary();
            case "sign" -> Codec.sign();
            case "top" -> Codec.top(own.number("share", 0.1, 1e-6, 1));
            default -> Codec.f32();
        };
    }

    /** Whether the defaults of strategy and selection are those of a guarded run. */
    boolean guarded() {
        return privacy != null || secure != null;
    }

    /** Whether a robust rule is applied to the means of groups. */
    boolean grouped() {
        return secure != null && secure.grouped();
    }

    void apply(FederatedCoordinator.Builder builder) {
        if (privacy != null) {
            builder.privacy(privacy);
        }
        if (secure != null) {
            builder.secureAggregation(secure);
        }
        if (codec != null) {
            builder.compression(codec, decay);
        }
    }
}
