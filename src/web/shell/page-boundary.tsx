import { Component, type ReactNode, Suspense } from 'react';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { SkeletonRows } from '../ui/parts.tsx';

/** Shows lines while the script of a page is on its way, and what broke when a page breaks. */
export class PageBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error !== undefined) {
      return <ErrorNotice error={this.state.error} onRetry={() => this.setState({ error: undefined })} />;
    }
    return <Suspense fallback={<SkeletonRows count={8} />}>{this.props.children}</Suspense>;
  }
}
