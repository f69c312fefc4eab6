package dev.holdfast.systemtests.process;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands a running network of ten node processes to tests that have a {@link ProcessNetwork}
 * parameter. Test classes share one, unless {@link OwnNetwork} says that a class leaves its network
 * in a state that others cannot use. At most one network runs at a time.
 */
public final class ProcessNetworkExtension implements ParameterResolver, AfterAllCallback {
  /** The class gets a network of its own, which is thrown away after it. */
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  public @interface OwnNetwork {}

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(ProcessNetworkExtension.class);

  /** Closed by the test engine after the last class. */
  private static final class Running implements AutoCloseable {
    private final ProcessNetwork network;
    private final Class<?> owner;

    Running(ProcessNetwork network, Class<?> owner) {
      this.network = network;
      this.owner = owner;
    }

    @Override
    public void close() {
      network.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == ProcessNetwork.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ExtensionContext.Store store = context.getRoot().getStore(NAMESPACE);
    Class<?> testClass = context.getRequiredTestClass();
    Class<?> owner =
        testClass.isAnnotationPresent(OwnNetwork.class) ? testClass : ProcessNetworkExtension.class;
    Running running = store.get("running", Running.class);
    if (running != null && running.owner != owner) {
      forget(store);
      running = null;
    }
    if (running == null) {
      running = new Running(ProcessNetwork.start(), owner);
      store.put("running", running);
    }
    return running.network;
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (context.getRequiredTestClass().isAnnotationPresent(OwnNetwork.class)) {
      forget(context.getRoot().getStore(NAMESPACE));
    }
  }

  private static void forget(ExtensionContext.Store store) {
    Running running = store.remove("running", Running.class);
    if (running != null) {
      running.close();
    }
  }
}
