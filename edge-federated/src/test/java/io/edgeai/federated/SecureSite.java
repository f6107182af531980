package io.edgeai.federated;

import io.edgeai.federated.secagg.Identities;
import io.edgeai.federated.secagg.Message;
import io.edgeai.federated.secagg.ProtocolViolationException;
import io.edgeai.federated.secagg.SecAggClient;
import io.edgeai.federated.secagg.SumTerms;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A participant of secure sums without a network, which answers at once. From a phase on it is lost: 0 before its keys, then
 * shares, vector, consent, revelation; 5 never. Signatures are copies of what is signed.
 */
final class SecureSite implements SecureParticipant {
    static final int NEVER = 5;

    private final int number;
    private final Function<RoundTask, float[]> change;
    private final int lostBefore;
    private final boolean silent;
    private SecAggClient client;
    private int[] units = {};
    final List<Receipt> receipts = new ArrayList<>();
    private Consumer<Receipt> told = receipt -> {};
    int joined;

    /** @param silent whether it says nothing where it is lost, instead of breaking its connection */
    SecureSite(int number, Function<RoundTask, float[]> change, int lostBefore, boolean silent) {
        this.number = number;
        this.change = change;
        this.lostBefore = lostBefore;
        this.silent = silent;
    }

    /** One that is never lost. */
    SecureSite(int number, Function<RoundTask, float[]> change, Consumer<Receipt> told) {
        this(number, change, NEVER, false);
        this.told = told;
    }

    /** Everybody, as if from elsewhere. */
    static Population population(List<? extends FederatedParticipant> everybody) {
        return new Population() {
            @Override
            public List<FederatedParticipant> members() {
                return List.copyOf(everybody);
            }

            @Override
            public Set<String> abilities() {
                return Set.of("guard", "secagg");
            }
        };
    }

    private static Identities.Signer signer(int number) {
        return message -> ByteBuffer.allocate(4 + message.length)
                .putInt(number)
                .put(message)
                .array();
    }

    private static boolean signed(int number, byte[] message, byte[] signature) {
        return Arrays.equals(signer(number).sign(message), signature);
    }

    @Override
    public String id() {
        return "site-" + number;
    }

    @Override
    public int samples() {
        return 1 + number;
    }

    @Override
    public Update fit(RoundTask task) {
        throw new AssertionError("an update must not leave by itself");
    }

    @Override
    public CompletableFuture<Message> join(RoundTask task) {
        joined++;
        if (lostBefore == 0) {
            return lost();
        }
        UpdateGuard guard = task.sending().guard();
        SumTerms terms = guard.sum();
        units = guard.units(change.apply(task), task.round());
        client = SecAggClient.start(
                terms.of(task.round(), task.hash(), task.size()), number, signer(number), SecureSite::signed);
        return CompletableFuture.completedFuture(client.advertise());
    }

    @Override
    public CompletableFuture<Message> tell(Message message) {
        int phase = List.of(
                        Message.Neighbours.class,
                        Message.Envelopes.class,
                        Message.Survivors.class,
                        Message.Consents.class)
                .indexOf(message.getClass());
        if (lostBefore <= phase + 1) {
            return lost();
        }
        try {
            return CompletableFuture.completedFuture(answer(message));
        } catch (ProtocolViolationException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Message answer(Message message) {
        if (message instanceof Message.Neighbours told) {
            return client.share(told);
        }
        if (message instanceof Message.Envelopes told) {
            return client.mask(units, told);
        }
        return message instanceof Message.Survivors told
                ? client.consent(told)
                : client.reveal((Message.Consents) message);
    }

    private CompletableFuture<Message> lost() {
        return silent
                ? new CompletableFuture<>()
                : CompletableFuture.failedFuture(new IllegalStateException("its connection broke"));
    }

    @Override
    public void settled(Receipt receipt) {
        receipts.add(receipt);
        told.accept(receipt);
    }
}
