package dev.holdfast.systemtests.network;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands a running {@link LocalNetwork}, one for each test class, to tests that have such a
 * parameter.
 */
public final class LocalNetworkExtension implements ParameterResolver, AfterAllCallback {
  /** What the class's network is made of; without it, ten nodes with room for all. */
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  public @interface NetworkShape {
    int nodes() default 10;

    long nodeCapacityMebibytes() default 4_096;

    int offlineAfterSeconds() default 300;
  }

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(LocalNetworkExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == LocalNetwork.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> testClass = context.getRequiredTestClass();
    ExtensionContext.Store store = context.getRoot().getStore(NAMESPACE);
    LocalNetwork network = store.get(testClass, LocalNetwork.class);
    if (network == null) {
      network = LocalNetwork.start(shape(testClass.getAnnotation(NetworkShape.class)));
      store.put(testClass, network);
    }
    return network;
  }

  private static LocalNetwork.Shape shape(@Nullable NetworkShape wanted) {
    return wanted == null
        ? LocalNetwork.Shape.of(10)
        : LocalNetwork.Shape.of(wanted.nodes())
            .withNodeCapacity(wanted.nodeCapacityMebibytes() << 20)
            .withOfflineAfter(Duration.ofSeconds(wanted.offlineAfterSeconds()));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    LocalNetwork network =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .remove(context.getRequiredTestClass(), LocalNetwork.class);
    if (network != null) {
      network.close();
    }
  }
}
