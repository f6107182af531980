package io.edgeai.federated.privacy;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Noise of prefix sums by a binary tree over rounds (Kairouz et al. 2021, DP-FTRL): the sum of the first t rounds has the
 * noise of as many nodes as t has bits set, where as many independent noises as rounds would be t. Each node's noise follows
 * from a key and the node, so that none is ever drawn twice or lost, however often a round is repeated. Not thread-safe.
 */
final class TreeNoise {
    static final int KEY_BYTES = 16;

    private final Cipher nodes;
    private final byte[] key;

    /** @param key of 16 bytes; who knows it can take the noise away */
    TreeNoise(byte[] key) {
        this.key = key.clone();
        try {
            nodes = Cipher.getInstance("AES/ECB/NoPadding");
            nodes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has AES with keys of 16 bytes.", e);
        }
    }

    byte[] key() {
        return key.clone();
    }

    /** Tells this key from others, and says nothing of it; above 0. */
    int number() {
        return Math.max(1, (int) (random(-1, 0).bits() >>> Integer.SIZE + 1));
    }

    /**
     * Adds what the noise of the first {@code round} rounds has more than that of one round less, in place: all prefix sums of
     * what this makes of single rounds have the noise of the tree.
     *
     * @param round from 1
     * @param noise standard deviation of a node over {@code sensitivity}
     */
    void addTo(double[] sum, int round, double noise, double sensitivity) {
        double grid = GaussianNoise.grid(noise, sensitivity);
        for (int i = 0; i < sum.length; i++) {
            sum[i] = Math.rint(sum[i] / grid) * grid;
        }
        int level = Integer.numberOfTrailingZeros(round);
        add(sum, 1, level, round >> level, noise, sensitivity);
        for (int ended = 0; ended < level; ended++) {
            add(sum, -1, ended, (round - 1) >> ended, noise, sensitivity);
        }
    }

    private void add(double[] sum, int sign, int level, int index, double noise, double sensitivity) {
        double[] node = new double[sum.length];
        new GaussianNoise(random(level, index)).addTo(node, noise, sensitivity);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += sign * node[i];
        }
    }

    private NoiseRandom random(int level, int index) {
        try {
            byte[] block =
                    ByteBuffer.allocate(KEY_BYTES).putLong(level).putLong(index).array();
            return NoiseRandom.keyed(nodes.doFinal(block));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A whole block has room for its encryption.", e);
        }
    }
}
